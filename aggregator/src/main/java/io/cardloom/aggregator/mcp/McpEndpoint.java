package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.call.CallTool;
import io.cardloom.aggregator.catalogue.ToolLists;
import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.RawUtf8;
import io.cardloom.aggregator.identity.Principal;
import io.cardloom.aggregator.identity.ProtectedResource;
import io.cardloom.aggregator.identity.TokenCheck;
import io.cardloom.aggregator.identity.Verdict;
import io.cardloom.aggregator.mcp.Outcome.Accepted;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.aggregator.mcp.Outcome.StepUp;
import io.cardloom.kit.run.HttpServer;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/// The protocol over HTTP: one path a workspace, no sessions, so every instance serves every
/// request.
public final class McpEndpoint {
  private static final Logger log = LoggerFactory.getLogger(McpEndpoint.class);
  private static final Pattern WORKSPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final HeaderName RETRY_AFTER = HeaderNames.create("Retry-After");
  private static final String ALLOWED_HEADERS =
      "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID";
  private static final String CORS_KEEP_SECONDS = "86400";
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final TokenCheck tokens;
  private final ProtectedResource resource;
  private final Origins origins;
  private final ServerInfo server;
  private final Dispatcher dispatcher;

  public McpEndpoint(
      TokenCheck tokens,
      ProtectedResource resource,
      Origins origins,
      ServerInfo server,
      ToolLists lists,
      CallTool tools) {
    this.tokens = tokens;
    this.resource = resource;
    this.origins = origins;
    this.server = server;
    this.dispatcher = new Methods(server, lists, tools);
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
      case Verdict.Verified(var principal) -> answer(request, response, principal);
      case Verdict.Missing() ->
          challenge(
              response,
              Status.UNAUTHORIZED_401,
              resource.challenge(workspace),
              "unauthenticated",
              "Sign in first.");
      case Verdict.Refused(var reason) ->
          challenge(
              response,
              Status.UNAUTHORIZED_401,
              resource.invalidToken(workspace, reason),
              "unauthenticated",
              "This token is not good here.");
      case Verdict.Unready(var wait) -> {
        response.header(RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds())));
        HttpServer.answer(
            response,
            Status.SERVICE_UNAVAILABLE_503,
            "unavailable",
            "The identity provider does not answer yet.");
      }
    }
  }

  private static void challenge(
      ServerResponse response, Status status, String challenge, String code, String sentence) {
    response.header(HeaderNames.WWW_AUTHENTICATE, challenge);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    HttpServer.answer(response, status, code, sentence);
  }

  private void answer(ServerRequest request, ServerResponse response, Principal principal) {
    var type = request.headers().contentType();
    if (type.isPresent() && !type.get().mediaType().text().equals("application/json")) {
      HttpServer.answer(
          response,
          Status.UNSUPPORTED_MEDIA_TYPE_415,
          "bad_request",
          "The body must be application/json.");
      return;
    }
    byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    Envelope envelope;
    try {
      envelope = Envelope.parse(body);
    } catch (Envelope.Unreadable unreadable) {
      write(response, Status.BAD_REQUEST_400, unreadable.id(), unreadable.failure(), false);
      return;
    }
    String versionHeader = HeaderCheck.value(request.headers(), HeaderCheck.VERSION);
    boolean modern = modern(envelope, versionHeader);
    Outcome outcome;
    if (envelope.notification()) {
      outcome = new Accepted();
    } else if (modern) {
      var wrong = wrongModern(request, envelope);
      outcome = wrong != null ? wrong : handle(new Call(Revision.R2026_07_28, envelope, principal));
    } else {
      var revision = Revision.of(versionHeader);
      outcome =
          handle(new Call(revision == null ? Revision.R2025_03_26 : revision, envelope, principal));
    }
    switch (outcome) {
      case Accepted() -> response.status(Status.ACCEPTED_202).send();
      case StepUp(var scopes) ->
          challenge(
              response,
              Status.FORBIDDEN_403,
              resource.insufficientScope(principal.workspace(), scopes),
              "insufficient_scope",
              "The token was not granted enough for this tool.");
      case Result result -> write(response, Status.OK_200, envelope.id(), result, modern);
      case Failure failure ->
          write(response, status(failure, modern), envelope.id(), failure, modern);
    }
  }

  /// The order matters: clients of older revisions send some of the new headers too.
  private static boolean modern(Envelope envelope, @Nullable String versionHeader) {
    var named = Revision.of(versionHeader);
    return envelope.params().metaVersion() != null
        || (versionHeader != null && (named == null || named.modern()))
        || envelope.method().equals("server/discover");
  }

  private static @Nullable Failure wrongModern(ServerRequest request, Envelope envelope) {
    String version = envelope.params().metaVersion();
    if (version == null) {
      return new Failure(
          Failure.WRONG_PARAMS, "params._meta needs io.modelcontextprotocol/protocolVersion.");
    }
    var mismatch = HeaderCheck.check(request.headers(), envelope);
    if (mismatch != null) return mismatch;
    var revision = Revision.of(version);
    if (revision == null || !revision.modern()) {
      return new Failure(
          Failure.WRONG_VERSION,
          "This protocol version is not served in this form.",
          out -> {
            String[] served = Revision.texts().toArray(String[]::new);
            out.writeStartObject();
            out.writeName("supported");
            out.writeArray(served, 0, served.length);
            out.writeStringProperty("requested", version);
            out.writeEndObject();
          });
    }
    if (!envelope.params().metaCapabilities()) {
      return new Failure(
          Failure.WRONG_PARAMS,
          "params._meta needs io.modelcontextprotocol/clientCapabilities, an object.");
    }
    return null;
  }

  private Outcome handle(Call call) {
    try {
      return dispatcher.handle(call);
    } catch (RuntimeException bug) {
      log.error("{} failed", call.envelope().method(), bug);
      return new Failure(Failure.INTERNAL, "Something went wrong here; the log has it.");
    }
  }

  private static Status status(Failure failure, boolean modern) {
    if (!modern || failure.code() == Failure.INTERNAL) return Status.OK_200;
    return failure.code() == Failure.NO_SUCH_METHOD ? Status.NOT_FOUND_404 : Status.BAD_REQUEST_400;
  }

  private void write(
      ServerResponse response,
      Status status,
      byte @Nullable [] id,
      Outcome outcome,
      boolean modern) {
    byte[] body =
        JsonText.bytes(out -> {
          out.writeStartObject();
          out.writeStringProperty("jsonrpc", "2.0");
          out.writeName("id");
          out.writeRawValue(RawUtf8.of(id == null ? NULL : id));
          switch (outcome) {
            case Result result -> result(out, result, modern);
            case Failure failure -> failure(out, failure);
            case Accepted _, StepUp _ -> throw new IllegalStateException("has no body");
          }
          out.writeEndObject();
        });
    response.status(status);
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    response.send(body);
  }

  private void result(JsonGenerator out, Result result, boolean modern) {
    out.writeName("result");
    out.writeStartObject();
    if (modern) out.writeStringProperty("resultType", "complete");
    result.fields().accept(out);
    if (modern) {
      out.writeName("_meta");
      out.writeStartObject();
      out.writeName("io.modelcontextprotocol/serverInfo");
      server.write(out);
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static void failure(JsonGenerator out, Failure failure) {
    out.writeName("error");
    out.writeStartObject();
    out.writeNumberProperty("code", failure.code());
    out.writeStringProperty("message", failure.message());
    if (failure.data() != null) {
      out.writeName("data");
      failure.data().accept(out);
    }
    out.writeEndObject();
  }

  private static void nothing(ServerResponse response) {
    HttpServer.answer(response, Status.NOT_FOUND_404, "not_found", "There is nothing here.");
  }
}
