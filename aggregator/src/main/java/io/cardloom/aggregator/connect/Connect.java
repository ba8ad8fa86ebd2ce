package io.cardloom.aggregator.connect;

import io.cardloom.aggregator.identity.IdentityConfig;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The page over HTTP: `/`, its forms and files below `/connect/`, and where the provider sends
/// people back to.
public final class Connect implements AutoCloseable {
  /// Files by path; the style sheet and the picture are those of the pages people sign in on.
  private static final Map<String, String> FILES =
      Map.of(
          "connect/css/cardloom.css", "text/css",
          "connect/css/connect.css", "text/css",
          "connect/js/copy.js", "text/javascript",
          "connect/img/cardloom.svg", "image/svg+xml");

  private final Reply reply;
  private final Function<ServerRequest, Page> pages;
  private final Optional<Visits> visits;

  /// @param config nothing where nobody can sign in
  /// @param network where a request comes from, for limits
  public Connect(
      IdentityConfig identity,
      Optional<ConnectConfig> config,
      Function<ServerRequest, String> network) {
    String root = URI.create(identity.publicBase() + "/").getRawPath();
    this.reply = new Reply(config.map(_ -> identity.issuer()));
    this.pages = request -> new Page(words(request), identity, root);
    this.visits =
        config.map(one ->
            new Visits(
                new SignIn(one, identity, root),
                new Provider(one.provider()),
                pages,
                reply,
                root,
                Reply.origin(identity.publicBase()),
                network));
  }

  private static Words words(ServerRequest request) {
    return Words.asked(
        request.headers().contains(HeaderNames.ACCEPT_LANGUAGE)
            ? request.headers().get(HeaderNames.ACCEPT_LANGUAGE).get()
            : "");
  }

  /// Comes last: a path that is nobody's ends here.
  ///
  /// @param nothing answers such a path
  public void routes(HttpRouting.Builder routing, Handler nothing) {
    FILES.forEach((path, type) -> {
      byte[] content = file(path);
      routing.get("/" + path, (_, response) -> reply.file(response, type, content));
    });
    if (visits.isEmpty()) {
      routing.get(
          "/",
          (request, response) ->
              reply.page(response, Status.OK_200, pages.apply(request).open(false)));
      return;
    }
    visits.get().routes(routing);
    // Helidon's part takes every path that is nobody's, to prepare what is not used here.
    routing.any((request, response) -> {
      boolean back =
          request.prologue().method().equals(Method.GET)
              && request.path().path().equals(SignIn.BACK);
      if (back) response.next();
      else nothing.handle(request, response);
    });
    visits.get().signIn().route(routing);
  }

  private static byte[] file(String path) {
    try (var in = Connect.class.getClassLoader().getResourceAsStream(path)) {
      if (in == null) throw new IllegalStateException("there is no " + path + " on the class path");
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(path + " cannot be read", unreadable);
    }
  }

  @Override
  public void close() {
    visits.ifPresent(Visits::close);
  }
}
