package io.cardloom.aggregator.connect;

import io.cardloom.aggregator.connect.SignIn.Visitor;
import io.cardloom.kit.limit.Buckets;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/// What people do on the page: sign in, look, take an approval back, sign out.
///
/// @param root path of the page; begins every link
/// @param origin of the page: forms come from there
/// @param network where a request comes from
record Visits(
    SignIn signIn,
    Provider provider,
    Function<ServerRequest, Page> pages,
    Reply reply,
    String root,
    String origin,
    Function<ServerRequest, String> network,
    Buckets<String> limit)
    implements AutoCloseable {
  /// Requests a second from one network: one that brings cookies costs some milliseconds of
  /// deciphering, and a question to the provider.
  private static final Buckets.Rate RATE = new Buckets.Rate(10, 100);

  /// Largest form: a token and an id.
  private static final int FORM_BYTES_MAX = 8_192;

  /// Ids that the provider gives, and nothing that a path would make something else of.
  private static final Pattern APPROVAL = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final HeaderName RETRY_AFTER = HeaderNames.create("Retry-After");
  private static final String REVOKED = "revoked";

  Visits(
      SignIn signIn,
      Provider provider,
      Function<ServerRequest, Page> pages,
      Reply reply,
      String root,
      String origin,
      Function<ServerRequest, String> network) {
    this(signIn, provider, pages, reply, root, origin, network, new Buckets<>(RATE));
  }

  void routes(HttpRouting.Builder routing) {
    routing.get("/", limited(this::page));
    routing.get("/connect/sign-in", limited(this::begin));
    routing.get(SignIn.BACK, limited(this::back));
    routing.post("/connect/sign-out", limited(this::signOut));
    routing.post("/connect/revoke", limited(this::revoke));
  }

  private Handler limited(Handler handler) {
    return (request, response) -> {
      var wait = limit.take(network.apply(request));
      if (wait.isPositive()) {
        response.header(RETRY_AFTER, Long.toString(wait.toSeconds() + 1));
        instead(request, response, Status.TOO_MANY_REQUESTS_429, "too-many");
      } else {
        handler.handle(request, response);
      }
    };
  }

  private void instead(ServerRequest request, ServerResponse response, Status status, String what) {
    reply.page(response, status, pages.apply(request).instead(what));
  }

  /// Renewed tokens go out with whatever is answered: the old ones are used up.
  private Visitor visitor(ServerRequest request, ServerResponse response) {
    var visitor = signIn.visitor(request);
    if (visitor instanceof Visitor.SignedIn(_, _, _, var cookies)) {
      cookies.forEach(cookie -> Reply.cookie(response, cookie));
    }
    return visitor;
  }

  private void page(ServerRequest request, ServerResponse response) {
    boolean cameBack = request.query().contains(SignIn.CAME_BACK);
    switch (visitor(request, response)) {
      case Visitor.SignedIn visitor -> {
        if (cameBack) reply.to(response, root);
        else person(request, response, visitor);
      }
      // Back from the provider and still unknown: to send them there again would go on for ever.
      case Visitor.Unknown _ when cameBack ->
          reply.page(response, Status.OK_200, pages.apply(request).notSignedIn());
      // Was signed in: the provider still knows them, or asks them again.
      case Visitor.Unknown(boolean was) when was -> begin(request, response);
      case Visitor.Unknown _ ->
          reply.page(response, Status.OK_200, pages.apply(request).open(true));
    }
  }

  private void person(ServerRequest request, ServerResponse response, Visitor.SignedIn visitor) {
    switch (provider.me(visitor.token())) {
      case Provider.Answer.Me(var person) -> {
        String notice = request.query().contains(REVOKED) ? "revoked" : "";
        var page = pages.apply(request).of(person, notice, signIn.formToken(visitor));
        reply.page(response, Status.OK_200, page);
      }
      case Provider.Answer.Ended() when !visitor.isNew() -> again(request, response);
      case Provider.Answer.Ended() ->
          reply.page(response, Status.OK_200, pages.apply(request).notSignedIn());
      case Provider.Answer.Away() ->
          instead(request, response, Status.SERVICE_UNAVAILABLE_503, "away");
    }
  }

  /// A token may end between the look at it and the question. Looked at once more it is renewed, or
  /// the provider asked whether it still knows them; not where it was new already.
  private void again(ServerRequest request, ServerResponse response) {
    switch (visitor(request, response)) {
      case Visitor.SignedIn renewed when renewed.isNew() -> person(request, response, renewed);
      case Visitor.SignedIn _ ->
          reply.page(response, Status.OK_200, pages.apply(request).notSignedIn());
      case Visitor.Unknown _ -> begin(request, response);
    }
  }

  /// Asks first whether the provider is there: a browser that is sent to nobody shows no sentence
  /// that helps.
  private void begin(ServerRequest request, ServerResponse response) {
    if (provider.answers()) signIn.begin(response);
    else instead(request, response, Status.SERVICE_UNAVAILABLE_503, "away");
  }

  /// Lets through to Helidon's handler what it expects, and shows a page where it comes to nothing:
  /// the provider does not take the code a second time, or is away.
  private void back(ServerRequest request, ServerResponse response) {
    var notSignedIn = pages.apply(request).notSignedIn();
    if (!signIn.expected(request)) {
      reply.page(response, Status.OK_200, notSignedIn);
      return;
    }
    reply.pageOverFailure(response, notSignedIn);
    response.next();
  }

  private void signOut(ServerRequest request, ServerResponse response) {
    Map<String, String> form = form(request);
    switch (signIn.visitor(request)) {
      case Visitor.SignedIn visitor when own(request, visitor, form) ->
          reply.to(response, signIn.end(request, response).toString());
      case Visitor.SignedIn(_, _, _, var cookies) -> {
        cookies.forEach(cookie -> Reply.cookie(response, cookie));
        instead(request, response, Status.FORBIDDEN_403, "foreign-form");
      }
      // Forms of other sites come without cookies, and must not remove any.
      case Visitor.Unknown(boolean was) -> {
        if (was && fromHere(request)) signIn.forget(response);
        reply.to(response, root);
      }
    }
  }

  private void revoke(ServerRequest request, ServerResponse response) {
    Map<String, String> form = form(request);
    String approval = form.getOrDefault("approval", "");
    switch (visitor(request, response)) {
      case Visitor.SignedIn visitor
          when own(request, visitor, form) && APPROVAL.matcher(approval).matches() -> {
        if (provider.revoke(visitor.token(), approval)) {
          reply.to(response, root + "?" + REVOKED + "=1");
        } else {
          instead(request, response, Status.SERVICE_UNAVAILABLE_503, "not-revoked");
        }
      }
      case Visitor.SignedIn _ -> instead(request, response, Status.FORBIDDEN_403, "foreign-form");
      case Visitor.Unknown _ ->
          reply.page(response, Status.UNAUTHORIZED_401, pages.apply(request).notSignedIn());
    }
  }

  /// Whether a form is one that this page showed to this person.
  private boolean own(ServerRequest request, Visitor.SignedIn visitor, Map<String, String> form) {
    return fromHere(request) && signIn.sent(visitor, form.getOrDefault("form", ""));
  }

  /// Whether a browser that tells where a form is from says: this page. Old ones tell nothing.
  private boolean fromHere(ServerRequest request) {
    var headers = request.headers();
    return (!headers.contains(HeaderNames.ORIGIN)
            || headers.get(HeaderNames.ORIGIN).allValues().equals(List.of(origin)))
        && (!headers.contains(FETCH_SITE) || headers.get(FETCH_SITE).get().equals("same-origin"));
  }

  /// The fields of a form; none of a body that is larger than one of ours, or of unknown length.
  private static Map<String, String> form(ServerRequest request) {
    long length = request.headers().contentLength().orElse(FORM_BYTES_MAX + 1);
    if (length > FORM_BYTES_MAX) return Map.of();
    var fields = new HashMap<String, String>();
    String body = new String(request.content().as(byte[].class), StandardCharsets.UTF_8);
    for (String pair : body.split("&")) {
      String[] both = pair.split("=", 2);
      try {
        fields.put(decoded(both[0]), both.length == 2 ? decoded(both[1]) : "");
      } catch (IllegalArgumentException notEncoded) {
        return Map.of();
      }
    }
    return fields;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    provider.close();
  }
}
