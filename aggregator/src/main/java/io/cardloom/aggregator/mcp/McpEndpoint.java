package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.audit.Refusal;
import io.cardloom.aggregator.audit.Refusals;
import io.cardloom.aggregator.identity.Authentication;
import io.cardloom.aggregator.identity.ProtectedResource;
import io.cardloom.aggregator.identity.Verdict;
import io.cardloom.kit.run.HttpServer;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The protocol over HTTP: one path a workspace, no sessions, so every instance serves every
/// request.
public final class McpEndpoint {
  private static final Pattern WORKSPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final String ALLOWED_HEADERS =
      "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID";
  private static final String CORS_KEEP_SECONDS = "86400";

  private final Authentication tokens;
  private final ProtectedResource resource;
  private final Origins origins;
  private final Refusals refusals;
  private final Requests requests;

  /// @param features what the server offers
  public McpEndpoint(
      Authentication tokens,
      ProtectedResource resource,
      Origins origins,
      ServerInfo server,
      Limits limits,
      Refusals refusals,
      MeterRegistry meters,
      List<Feature> features) {
    this.tokens = tokens;
    this.resource = resource;
    this.origins = origins;
    this.refusals = refusals;
    this.requests =
        new Requests(
            new Methods(server, features),
            new Wire(server),
            resource,
            limits,
            refusals,
            new Watch(meters));
  }

  public void routes(HttpRouting.Builder routing) {
    routing.any("/{workspace}/mcp", this::serve);
    routing.get("/.well-known/oauth-protected-resource/{workspace}/mcp", this::metadata);
  }

  /// Open to everyone, any page included.
  private void metadata(ServerRequest request, ServerResponse response) {
    String workspace = request.path().pathParameters().get("workspace");
    if (!WORKSPACE.matcher(workspace).matches()) {
      nothing(response);
      return;
    }
    response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response.header(HeaderNames.CACHE_CONTROL, "public, max-age=3600");
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    response.send(resource.document(workspace));
  }

  private void serve(ServerRequest request, ServerResponse response) {
    String workspace = request.path().pathParameters().get("workspace");
    String origin = origin(request);
    if (!WORKSPACE.matcher(workspace).matches()) {
      nothing(response);
    } else if (!origins.permits(origin)
        || !origins.answersTo(HeaderCheck.value(request.headers(), HeaderNames.HOST))) {
      refusals.count(Refusal.page(workspace, from(request)));
      HttpServer.answer(
          response, Status.FORBIDDEN_403, "forbidden", "This origin may not call this server.");
    } else {
      if (origin != null) cors(response, origin);
      var method = request.prologue().method();
      if (method.equals(Method.POST)) {
        authenticated(request, response, workspace);
      } else if (method.equals(Method.OPTIONS)) {
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "POST");
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
        response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, CORS_KEEP_SECONDS);
        response.status(Status.NO_CONTENT_204).send();
      } else {
        response.header(HeaderNames.ALLOW, "POST");
        HttpServer.answer(
            response,
            Status.METHOD_NOT_ALLOWED_405,
            "method_not_allowed",
            "There are no streams or sessions; use POST.");
      }
    }
  }

  /// Null for a request that no page made; empty, which is never allowed, where there are several.
  private static @Nullable String origin(ServerRequest request) {
    if (!request.headers().contains(HeaderNames.ORIGIN)) return null;
    String origin = HeaderCheck.value(request.headers(), HeaderNames.ORIGIN);
    return origin == null ? "" : origin;
  }

  private static void cors(ServerResponse response, String origin) {
    response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    response.header(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "WWW-Authenticate, Retry-After");
    response.header(HeaderNames.VARY, "Origin");
  }

  private void authenticated(ServerRequest request, ServerResponse response, String workspace) {
    var headers = request.headers();
    List<String> authorization =
        headers.contains(HeaderNames.AUTHORIZATION)
            ? headers.get(HeaderNames.AUTHORIZATION).allValues()
            : List.of();
    switch (tokens.check(authorization, workspace)) {
      case Verdict.Verified(var principal) -> {
        refusals.signedIn(workspace);
        requests.answer(request, response, principal);
      }
      case Verdict.Missing() -> {
        refusals.count(Refusal.signingIn(workspace, "there is no token", from(request)));
        challenge(
            response,
            Status.UNAUTHORIZED_401,
            resource.challenge(workspace),
            "unauthenticated",
            "Sign in first.");
      }
      case Verdict.Ended() -> {
        refusals.count(Refusal.signingIn(workspace, Verdict.Ended.REASON, from(request)));
        notGood(response, workspace, Verdict.Ended.REASON);
      }
      case Verdict.Refused(var reason, var subject, var client) -> {
        refusals.count(Refusal.stranger(workspace, subject, client, reason, from(request)));
        notGood(response, workspace, reason);
      }
      case Verdict.Unready(var wait) -> {
        response.header(Requests.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds())));
        HttpServer.answer(
            response,
            Status.SERVICE_UNAVAILABLE_503,
            "unavailable",
            "The identity provider does not answer yet.");
      }
    }
  }

  private void notGood(ServerResponse response, String workspace, String reason) {
    challenge(
        response,
        Status.UNAUTHORIZED_401,
        resource.invalidToken(workspace, reason),
        "unauthenticated",
        "This token is not good here.");
  }

  /// The network a request comes from.
  public static String from(ServerRequest request) {
    return Refusal.network(request.remotePeer().address());
  }

  static void challenge(
      ServerResponse response, Status status, String challenge, String code, String sentence) {
    response.header(HeaderNames.WWW_AUTHENTICATE, challenge);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    HttpServer.answer(response, status, code, sentence);
  }

  /// For a path that is nobody's.
  public static void nothing(ServerResponse response) {
    HttpServer.answer(response, Status.NOT_FOUND_404, "not_found", "There is nothing here.");
  }
}
