package io.cardloom.publishing.row;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.publishing.endpoint.EndpointStore;
import io.cardloom.publishing.endpoint.Served;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What consumers call: `GET` or `POST /{tenant}/{destination}/{version}/{endpoint}`. Open to all
/// for what is served; whatever is not, for whatever reason, is the same 404.
public final class DestinationApi {
  /// Largest body: a query, never content.
  public static final long BODY_BYTES_MAX = 256 << 10;

  /// Longest query before the consumer is told to ask for less.
  private static final Duration QUERY_MAX = Duration.ofSeconds(10);

  private static final String METHODS = "GET, POST, OPTIONS";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
  private static final String LIMIT_TIME =
      "SELECT set_config('statement_timeout', ?, true) AS limited";

  private final Db db;
  private final EndpointStore endpoints;
  private final SearchRows rows;
  private final RequestMeter meter;

  public DestinationApi(Db db, EndpointStore endpoints, SearchRows rows, RequestMeter meter) {
    this.db = db;
    this.endpoints = endpoints;
    this.rows = rows;
    this.meter = meter;
  }

  public void routes(HttpRouting.Builder routing) {
    routing.any("/{tenant}/{destination}/{version}/{endpoint}", this::handle);
  }

  /// An answer before it is sent.
  private record Answer(int status, byte[] body) {}

  private void handle(ServerRequest request, ServerResponse response) {
    Method method = request.prologue().method();
    if (method.equals(Method.OPTIONS)) {
      preflight(request, response);
    } else if (method.equals(Method.GET)) {
      answer(request, response, new byte[0]);
    } else if (method.equals(Method.POST)) {
      byte[] body =
          request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
      answer(request, response, body);
    } else {
      response.status(Status.METHOD_NOT_ALLOWED_405).header(HeaderNames.ALLOW, METHODS).send();
    }
  }

  private void preflight(ServerRequest request, ServerResponse response) {
    var served = db.inTx(tx -> served(tx, request));
    if (served.isEmpty()) {
      send(request, response, notFound());
      return;
    }
    allowOrigin(served.get(), request, response);
    response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    response.header(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "content-type, if-none-match");
    response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
    response.status(Status.NO_CONTENT_204).send();
  }

  private void answer(ServerRequest request, ServerResponse response, byte[] body) {
    long began = System.nanoTime();
    var found = new Found();
    Answer answer = answer(request, body, found);
    if (found.served != null) {
      allowOrigin(found.served, request, response);
      send(request, response, answer);
      meter.answered(found.served.endpoint(), answer.status(), System.nanoTime() - began);
    } else {
      send(request, response, answer);
    }
  }

  /// What the request turned out to mean, also where its answer is a refusal.
  private static final class Found {
    @Nullable Served served;
  }

  private Answer answer(ServerRequest request, byte[] body, Found found) {
    try {
      return db.inTx(tx -> answer(tx, request, body, found));
    } catch (ProblemException refused) {
      return new Answer(status(refused.problem()), JsonAnswer.problem(refused.problem()));
    }
  }

  private Answer answer(Tx tx, ServerRequest request, byte[] body, Found found) {
    var served = served(tx, request);
    if (served.isEmpty()) return notFound();
    found.served = served.get();
    var parameters =
        request.prologue().method().equals(Method.POST)
            ? Parameter.ofJson(body)
            : Parameter.ofUrl(request.query().rawValue());
    var asked = UrlQuery.parse(served.get().endpoint().selection(), parameters);
    tx.one(LIMIT_TIME, _ -> true, "" + QUERY_MAX.toMillis());
    RowPage page = rows.run(tx, served.get(), asked.query());
    return new Answer(200, JsonAnswer.page(page, asked.listIds()));
  }

  private Optional<Served> served(Tx tx, ServerRequest request) {
    var path = request.path().pathParameters();
    var names =
        List.of(
            path.get("tenant"), path.get("destination"), path.get("version"), path.get("endpoint"));
    if (!names.stream().allMatch(name -> NAME.matcher(name).matches())) return Optional.empty();
    return endpoints.served(tx, names.get(0), names.get(1), names.get(2), names.get(3));
  }

  private static Answer notFound() {
    var problem = new Problem.NotFound("endpoint", "at this address");
    return new Answer(404, JsonAnswer.problem(problem));
  }

  private static int status(Problem problem) {
    return switch (problem.code()) {
      case "validation_failed" -> 400;
      case "not_found" -> 404;
      case "too_large" -> 413;
      case "rate_limited" -> 429;
      case "unavailable" -> 503;
      default -> 409;
    };
  }

  private static void allowOrigin(Served served, ServerRequest request, ServerResponse response) {
    if (served.corsOrigins().contains("*")) {
      response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
      return;
    }
    if (!served.corsOrigins().isEmpty()) response.header(HeaderNames.VARY, "Origin");
    var headers = request.headers();
    if (!headers.contains(HeaderNames.ORIGIN)) return;
    String origin = headers.get(HeaderNames.ORIGIN).get();
    if (served.corsOrigins().contains(origin)) {
      response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
  }

  /// Sends the answer, or 304 where the consumer has it already.
  private static void send(ServerRequest request, ServerResponse response, Answer answer) {
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    response.header(HeaderNames.CACHE_CONTROL, "no-cache");
    if (answer.status() == 200) {
      String tag = tag(answer.body());
      response.header(HeaderNames.ETAG, tag);
      var headers = request.headers();
      if (headers.contains(HeaderNames.IF_NONE_MATCH)
          && headers.get(HeaderNames.IF_NONE_MATCH).get().contains(tag)) {
        response.status(Status.NOT_MODIFIED_304).send();
        return;
      }
    }
    response.status(answer.status()).send(answer.body());
  }

  private static String tag(byte[] body) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
      return "\""
          + Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 22)
          + "\"";
    } catch (NoSuchAlgorithmException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
