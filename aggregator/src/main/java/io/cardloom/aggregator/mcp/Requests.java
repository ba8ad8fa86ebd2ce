package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.audit.Refusal;
import io.cardloom.aggregator.audit.Refusals;
import io.cardloom.aggregator.identity.Principal;
import io.cardloom.aggregator.identity.ProtectedResource;
import io.cardloom.aggregator.mcp.Feature.Method;
import io.cardloom.aggregator.mcp.Feature.Pace;
import io.cardloom.aggregator.mcp.Outcome.Accepted;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Flooded;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.aggregator.mcp.Outcome.StepUp;
import io.cardloom.kit.run.HttpServer;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of a verified caller's request: body, era, headers, method, answer.
final class Requests {
  static final HeaderName RETRY_AFTER = HeaderNames.create("Retry-After");

  private static final Logger log = LoggerFactory.getLogger(Requests.class);
  private static final HeaderName BUFFERING = HeaderNames.create("X-Accel-Buffering");

  /// How long a refusal may take that should still be a plain answer, where a stream was asked for.
  private static final Duration REFUSAL_WAIT = Duration.ofMillis(20);

  private final Methods methods;
  private final Wire wire;
  private final ProtectedResource resource;
  private final Limits limits;
  private final Refusals refusals;
  private final Watch watch;
  private final Overdue overdue = new Overdue();

  Requests(
      Methods methods,
      Wire wire,
      ProtectedResource resource,
      Limits limits,
      Refusals refusals,
      Watch watch) {
    this.methods = methods;
    this.wire = wire;
    this.resource = resource;
    this.limits = limits;
    this.refusals = refusals;
    this.watch = watch;
  }

  void answer(ServerRequest request, ServerResponse response, Principal principal) {
    var type = request.headers().contentType();
    if (type.isPresent() && !type.get().mediaType().text().equals("application/json")) {
      HttpServer.answer(
          response,
          Status.UNSUPPORTED_MEDIA_TYPE_415,
          "bad_request",
          "The body must be application/json.");
      return;
    }
    Duration wait = limits.request(principal);
    if (wait.isPositive()) {
      refusals.count(Refusal.flood(principal, "", "too many requests", McpEndpoint.from(request)));
      flooded(response, wait);
      return;
    }
    byte[] body;
    try {
      body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    } catch (InsufficientDataAvailableException left) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      HttpServer.answer(
          response, Status.BAD_REQUEST_400, "bad_request", "The body is shorter than announced.");
      return;
    }
    Envelope envelope;
    try {
      envelope = Envelope.parse(body);
    } catch (Envelope.Unreadable unreadable) {
      send(response, Status.BAD_REQUEST_400, wire.failure(unreadable.id(), unreadable.failure()));
      return;
    }
    String versionHeader = HeaderCheck.value(request.headers(), HeaderCheck.VERSION);
    boolean modern = modern(envelope, versionHeader);
    Outcome outcome;
    if (envelope.notification()) {
      outcome = new Accepted();
    } else if (modern) {
      var wrong = wrongModern(request, envelope);
      outcome =
          wrong != null
              ? wrong
              : handle(request, response, Revision.R2026_07_28, envelope, principal);
    } else {
      var named = Revision.of(versionHeader);
      var revision = named == null ? Revision.R2025_03_26 : named;
      outcome = handle(request, response, revision, envelope, principal);
    }
    switch (outcome) {
      case null -> {} // the answer was a stream
      case Accepted() -> response.status(Status.ACCEPTED_202).send();
      case StepUp(var scopes) ->
          McpEndpoint.challenge(
              response,
              Status.FORBIDDEN_403,
              resource.insufficientScope(principal.workspace(), scopes),
              "insufficient_scope",
              "The token was not granted enough for this tool.");
      case Flooded(var retryAfter) -> {
        refusals.count(Refusal.flood(principal, "", "too many streams", McpEndpoint.from(request)));
        flooded(response, retryAfter);
      }
      case Result result ->
          send(response, Status.OK_200, wire.result(envelope.id(), result, modern));
      case Failure failure ->
          send(response, status(failure, modern), wire.failure(envelope.id(), failure));
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
      return Failure.wrongParams("params._meta needs io.modelcontextprotocol/protocolVersion.");
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
    if (!envelope.params().capabilities().given()) {
      return Failure.wrongParams(
          "params._meta needs io.modelcontextprotocol/clientCapabilities, an object.");
    }
    return null;
  }

  /// Null where the answer went out as a stream.
  private @Nullable Outcome handle(
      ServerRequest request,
      ServerResponse response,
      Revision revision,
      Envelope envelope,
      Principal principal) {
    Method method = methods.find(revision, envelope.method());
    if (method == null) return Methods.noSuchMethod(envelope.method());
    if (method.pace() == Pace.QUICK) {
      return run(method, new Call(revision, envelope, principal, Notices.NONE));
    }
    boolean streams = acceptsStream(request);
    if (method.pace() == Pace.LISTENING && !streams) {
      return Failure.wrongParams("The answer is a stream; accept text/event-stream.");
    }
    boolean listening = method.pace() == Pace.LISTENING;
    if (listening && !limits.opensStream(principal)) return new Flooded(Duration.ofSeconds(10));
    var stream = new Stream(response, principal, streams, listening);
    var exchange =
        new Exchange(
            envelope,
            limits.streams().heartbeat(),
            revision.modern(),
            overdue,
            stream::open,
            end -> encode(envelope, end, revision));
    var call = new Call(revision, envelope, principal, exchange);
    try {
      Duration wait =
          listening || (exchange.wantsProgress() && streams)
              ? REFUSAL_WAIT
              : limits.streams().after();
      return exchange.run(() -> run(method, call), wait);
    } finally {
      if (stream.held) limits.closesStream(principal);
    }
  }

  private final class Stream {
    private final ServerResponse response;
    private final Principal principal;
    private final boolean accepted;
    private boolean held;

    Stream(ServerResponse response, Principal principal, boolean accepted, boolean held) {
      this.response = response;
      this.principal = principal;
      this.accepted = accepted;
      this.held = held;
    }

    /// Null where the client takes no stream, or has enough of them: it then waits for the answer.
    @Nullable OutputStream open() {
      if (!accepted) return null;
      if (!held) {
        if (!limits.opensStream(principal)) return null;
        held = true;
      }
      response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
      response.header(HeaderNames.CACHE_CONTROL, "no-store");
      response.header(BUFFERING, "no");
      return response.outputStream();
    }
  }

  private static boolean acceptsStream(ServerRequest request) {
    return request.headers().contains(HeaderNames.ACCEPT)
        && request.headers().get(HeaderNames.ACCEPT).allValues().stream()
            .anyMatch(accept -> accept.contains("text/event-stream") || accept.contains("*/*"));
  }

  private byte[] encode(Envelope envelope, Outcome outcome, Revision revision) {
    return switch (outcome) {
      case Result result -> wire.result(envelope.id(), result, revision.modern());
      case Failure failure -> wire.failure(envelope.id(), failure);
      case StepUp _ ->
          wire.failure(
              envelope.id(), Failure.wrongParams("The token was not granted enough for this."));
      case Accepted _, Flooded _ ->
          wire.failure(envelope.id(), Failure.wrongParams("There is no answer to this."));
    };
  }

  private Outcome run(Method method, Call call) {
    try {
      return watch.over(call, () -> method.answer().apply(call));
    } catch (RuntimeException bug) {
      log.error("{} failed", call.envelope().method(), bug);
      return new Failure(Failure.INTERNAL, "Something went wrong here; the log has it.");
    }
  }

  private static void flooded(ServerResponse response, Duration wait) {
    response.header(RETRY_AFTER, Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
    HttpServer.answer(
        response,
        Status.TOO_MANY_REQUESTS_429,
        "rate_limited",
        "Too many requests; wait a little.");
  }

  private static Status status(Failure failure, boolean modern) {
    if (!modern || failure.code() == Failure.INTERNAL) return Status.OK_200;
    return failure.code() == Failure.NO_SUCH_METHOD ? Status.NOT_FOUND_404 : Status.BAD_REQUEST_400;
  }

  private static void send(ServerResponse response, Status status, byte[] body) {
    response.status(status);
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    response.send(body);
  }
}
