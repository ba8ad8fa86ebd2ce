package io.cardloom.ingest.api;

import io.cardloom.ingest.bulk.DescribeImport;
import io.cardloom.ingest.bulk.StartImport;
import io.cardloom.ingest.entry.ImportEntries;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Trace;
import io.cardloom.kit.key.CheckKey;
import io.cardloom.kit.key.Grant;
import io.cardloom.kit.key.Shown;
import io.cardloom.kit.limit.Buckets;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.Permission;
import io.cardloom.proto.ingest.v1.GetImportStatusRequest;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportStatus;
import io.cardloom.proto.ingest.v1.StartImportRequest;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What programs call: `POST /v1/sources/{source}/entries` imports, `GET /v1/imports/{import}`
/// tells how far a large import is. Who asks, and in which workspace, comes from the key alone.
public final class IngestApi {
  private static final Logger log = LoggerFactory.getLogger(IngestApi.class);

  /// Larger bodies are cut off without an answer of ours; those between this and the largest import
  /// are told why.
  public static final long CUT_OFF_BYTES = 64L << 20;

  /// Most entries that are stored before the answer; more go on in the background.
  static final int AT_ONCE_MAX = 1_000;

  private static final String BAD_REQUEST = "bad_request";
  private static final int KEY_CHARS_MAX = 128;
  private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,128}");

  /// A media type, in UTF-8 if it says so at all.
  private static final Pattern TYPE =
      Pattern.compile(
          "([a-z-]+/[a-z-]+)\\s*(;\\s*charset=\"?utf-8\"?\\s*)?", Pattern.CASE_INSENSITIVE);

  private static final HeaderName IDEMPOTENCY = HeaderNames.create("Idempotency-Key");
  private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
  private static final HeaderName RETRY_AFTER = HeaderNames.create("Retry-After");
  private static final String PROBLEM = "application/problem+json";

  private final CheckKey keys;
  private final ImportEntries imports;
  private final StartImport starts;
  private final DescribeImport started;
  private final Trail trail;
  private final int requestsPerSecond;
  private final Buckets<String> requests;
  private final Bodies bodies = new Bodies();

  /// @param requestsPerSecond of one key, with twice as many at once
  public IngestApi(
      CheckKey keys,
      ImportEntries imports,
      StartImport starts,
      DescribeImport started,
      Trail trail,
      int requestsPerSecond) {
    this.keys = keys;
    this.imports = imports;
    this.starts = starts;
    this.started = started;
    this.trail = trail;
    this.requestsPerSecond = requestsPerSecond;
    this.requests = new Buckets<>(Buckets.Rate.of(requestsPerSecond));
  }

  public void routes(HttpRouting.Builder routing) {
    routing.any(
        "/v1/sources/{source}/entries",
        (request, response) -> handle(request, response, Method.POST, this::imported));
    routing.any(
        "/v1/imports/{import}",
        (request, response) -> handle(request, response, Method.GET, this::status));
  }

  /// An answer before it is sent.
  ///
  /// @param location of what the request began, or null
  private record Answer(Status status, byte[] json, @Nullable String location) {}

  /// What a path is there for.
  private interface Work {
    Answer run(ServerRequest request, Grant grant, Caller caller);
  }

  private void handle(ServerRequest request, ServerResponse response, Method method, Work work) {
    String correlationId = "";
    try {
      if (!request.prologue().method().equals(method)) {
        throw new Refusal(
            Status.METHOD_NOT_ALLOWED_405,
            "method_not_allowed",
            "Use " + method.text() + ".",
            Map.of("Allow", method.text()));
      }
      Grant grant = granted(request);
      Caller caller = grant.caller(Permission.DATA_WRITE);
      correlationId = caller.correlationId();
      Duration wait = requests.take(grant.keyId());
      if (wait.isPositive()) {
        throw new Problem.OverLimit(requestsPerSecond + " requests a second of one key", wait)
            .exception();
      }
      send(response, traced(request, () -> work.run(request, grant, caller)));
    } catch (Refusal refused) {
      refused.headers().forEach(response::header);
      send(
          response,
          refused.status(),
          PROBLEM,
          ApiJson.problem(refused.status(), refused.code(), refused.sentence()));
    } catch (ProblemException known) {
      problem(response, known.problem(), correlationId);
    } catch (InsufficientDataAvailableException left) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      Status status = Status.BAD_REQUEST_400;
      String sentence = "The body is shorter than announced.";
      send(response, status, PROBLEM, ApiJson.problem(status, BAD_REQUEST, sentence));
    } catch (RuntimeException bug) {
      // What the server itself throws is its own to answer.
      if (response.isSent() || bug.getClass().getName().startsWith("io.helidon.")) throw bug;
      if (bug instanceof UncheckedIOException) throw bug;
      String number = correlationId.isEmpty() ? UUID.randomUUID().toString() : correlationId;
      log.error("{} {} failed, {}", method.text(), request.path().path(), number, bug);
      Status status = Status.INTERNAL_SERVER_ERROR_500;
      String sentence = "Something went wrong here; the log has it as " + number + ".";
      send(response, status, PROBLEM, ApiJson.problem(status, "internal", sentence));
    }
  }

  /// @throws Refusal where the request shows no good key
  private Grant granted(ServerRequest request) {
    var headers = request.headers();
    List<String> shown =
        headers.contains(HeaderNames.AUTHORIZATION)
            ? headers.get(HeaderNames.AUTHORIZATION).allValues()
            : List.of();
    return switch (keys.check(shown)) {
      case Shown.Good(var grant) -> grant;
      case Shown.Nothing() ->
          throw unauthenticated(
              Shown.challenge(), "Send an application's key as Authorization: Bearer.");
      case Shown.Bad bad -> {
        bad.was().ifPresent(trail::ended);
        throw unauthenticated(
            Shown.challenge(bad), "This key is not good here: " + bad.reason() + ".");
      }
    };
  }

  private static Refusal unauthenticated(String challenge, String sentence) {
    return new Refusal(
        Status.UNAUTHORIZED_401,
        "unauthenticated",
        sentence,
        Map.of("WWW-Authenticate", challenge));
  }

  private static <T> T traced(ServerRequest request, java.util.function.Supplier<T> work) {
    Span span =
        Trace.begin(
            request.prologue().method().text() + " ingest",
            SpanKind.SERVER,
            header(request, TRACEPARENT));
    try (var _ = span.makeCurrent()) {
      return work.get();
    } finally {
      span.end();
    }
  }

  private Answer imported(ServerRequest request, Grant grant, Caller caller) {
    String sourceId = request.path().pathParameters().get("source");
    var attempt = trail.attempt(grant, caller.correlationId(), sourceId);
    String outcome = "internal";
    try {
      Answer answer = imported(request, sourceId, grant, caller, attempt);
      outcome = "ok";
      return answer;
    } catch (Refusal refused) {
      outcome = refused.code();
      throw refused;
    } catch (ProblemException known) {
      outcome = known.problem().code();
      throw known;
    } catch (InsufficientDataAvailableException left) {
      outcome = BAD_REQUEST;
      throw left;
    } finally {
      attempt.ended(outcome);
    }
  }

  private Answer imported(
      ServerRequest request, String sourceId, Grant grant, Caller caller, Trail.Attempt attempt) {
    if (!grant.opens(sourceId)) {
      // The same for one there is and one there is not: a key tells nothing of what it does not
      // open.
      throw new Refusal(
          Status.FORBIDDEN_403, "forbidden", "This key does not open that data source.");
    }
    boolean lines = lines(request);
    String idempotencyKey = idempotencyKey(request, grant);
    return bodies.received(
        request,
        grant.keyId(),
        body -> {
          attempt.received(body);
          var parameters = parameters(request);
          ImportDataRequest batch =
              lines
                  ? ReadEntries.lines(sourceId, parameters, body)
                  : ReadEntries.json(sourceId, parameters, body);
          attempt.read(batch.getEntriesCount());
          // The body may have been long on its way; the key has to be good now.
          var _ = granted(request);
          return batch.getEntriesCount() <= AT_ONCE_MAX
              ? stored(caller, batch, idempotencyKey)
              : begun(caller, batch, idempotencyKey);
        });
  }

  private Answer stored(Caller caller, ImportDataRequest batch, String idempotencyKey) {
    var stored = imports.run(caller, batch, idempotencyKey);
    return new Answer(Status.OK_200, ApiJson.stored(stored), null);
  }

  private Answer begun(Caller caller, ImportDataRequest batch, String idempotencyKey) {
    if (batch.getDryRun()) {
      throw new Problem.Invalid(
              List.of(
                  io.cardloom.kit.problem.Violation.of(
                      "dryRun",
                      "too_many",
                      "At most " + AT_ONCE_MAX + " entries can be checked without storing them.")))
          .exception();
    }
    ImportStatus status =
        starts.run(
            caller,
            StartImportRequest.newBuilder()
                .setSourceId(batch.getSourceId())
                .addAllEntries(batch.getEntriesList())
                .setUnknownProperties(batch.getUnknownProperties())
                .setMode(batch.getMode())
                .setIdempotencyKey(idempotencyKey)
                .build());
    return new Answer(
        Status.ACCEPTED_202, ApiJson.status(status), "/v1/imports/" + status.getImportId());
  }

  private Answer status(ServerRequest request, Grant grant, Caller caller) {
    String id = request.path().pathParameters().get("import");
    ImportStatus status =
        started.run(caller, GetImportStatusRequest.newBuilder().setImportId(id).build());
    if (!grant.opens(status.getSourceId())) throw new Problem.NotFound("import", id).exception();
    return new Answer(Status.OK_200, ApiJson.status(status), null);
  }

  /// Whether the body is an entry a line.
  private static boolean lines(ServerRequest request) {
    String type = header(request, HeaderNames.CONTENT_TYPE);
    if (type == null) return false;
    var parts = TYPE.matcher(type.strip());
    if (parts.matches()) {
      if (parts.group(1).equalsIgnoreCase("application/json")) return false;
      if (parts.group(1).equalsIgnoreCase("application/x-ndjson")) return true;
    }
    throw new Refusal(
        Status.UNSUPPORTED_MEDIA_TYPE_415,
        "unsupported_media_type",
        "The body must be application/json or application/x-ndjson, in UTF-8.",
        Map.of("Accept-Post", "application/json, application/x-ndjson"));
  }

  /// Each application has idempotency keys of its own.
  private static String idempotencyKey(ServerRequest request, Grant grant) {
    String given = header(request, IDEMPOTENCY);
    if (given == null) return "";
    if (IDEMPOTENCY_KEY.matcher(given).matches()) return grant.applicationId() + " " + given;
    throw new Refusal(
        Status.BAD_REQUEST_400,
        BAD_REQUEST,
        "Idempotency-Key has 1 to " + KEY_CHARS_MAX + " printable ASCII characters.");
  }

  private static @Nullable String header(ServerRequest request, HeaderName name) {
    return request.headers().contains(name) ? request.headers().get(name).get() : null;
  }

  private static Map<String, String> parameters(ServerRequest request) {
    var parameters = new LinkedHashMap<String, String>();
    for (String name : request.query().names()) {
      parameters.put(name, request.query().first(name).orElse(""));
    }
    return parameters;
  }

  private static void problem(ServerResponse response, Problem problem, String correlationId) {
    Status status =
        switch (problem.code()) {
          case "validation_failed" -> Status.BAD_REQUEST_400;
          case "not_found" -> Status.NOT_FOUND_404;
          case "too_large" -> Status.REQUEST_ENTITY_TOO_LARGE_413;
          case "rate_limited" -> Status.TOO_MANY_REQUESTS_429;
          case "unavailable" -> Status.SERVICE_UNAVAILABLE_503;
          default -> Status.CONFLICT_409;
        };
    long wait = problem.toPb().getRetryAfterMs();
    if (wait > 0) response.header(RETRY_AFTER, "" + (wait + 999) / 1000);
    send(response, status, PROBLEM, ApiJson.problem(status, problem, correlationId));
  }

  private static void send(ServerResponse response, Answer answer) {
    if (answer.location() != null) response.header(HeaderNames.LOCATION, answer.location());
    send(response, answer.status(), "application/json", answer.json());
  }

  private static void send(ServerResponse response, Status status, String type, byte[] json) {
    response.header(HeaderNames.CONTENT_TYPE, type);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.status(status).send(json);
  }
}
