package io.cardloom.publishing.row;

import io.cardloom.kit.call.KnownTenants;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.key.CheckKey;
import io.cardloom.kit.key.Grant;
import io.cardloom.kit.key.KeyTrail;
import io.cardloom.kit.key.Shown;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.endpoint.Served;
import io.cardloom.publishing.endpoint.ServedEndpoints;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What consumers call: `GET` or `POST /{tenant}/{destination}/{version}/{endpoint}`. Whatever is
/// not served, for whatever reason, is the same 404. What is protected needs an application's key;
/// a key that is not good is refused wherever it is shown.
public final class DestinationApi {
  /// Largest body: a query, never content.
  public static final long BODY_BYTES_MAX = 256 << 10;

  /// Longest query before the consumer is told to ask for less.
  private static final Duration QUERY_MAX = Duration.ofSeconds(10);

  private static final String UNAUTHENTICATED = "unauthenticated";
  private static final String FORBIDDEN = "forbidden";
  private static final String METHODS = "GET, POST, OPTIONS";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

  private final Db db;
  private final CheckKey keys;
  private final KnownTenants workspaces;
  private final ServedEndpoints endpoints;
  private final SearchRows rows;
  private final RequestMeter meter;
  private final KeyTrail trail;

  /// @param trail told of refused keys
  public DestinationApi(
      Db db,
      CheckKey keys,
      KnownTenants workspaces,
      ServedEndpoints endpoints,
      SearchRows rows,
      RequestMeter meter,
      KeyTrail trail) {
    this.db = db;
    this.keys = keys;
    this.workspaces = workspaces;
    this.endpoints = endpoints;
    this.rows = rows;
    this.meter = meter;
    this.trail = trail;
  }

  public void routes(HttpRouting.Builder routing) {
    routing.any("/{tenant}/{destination}/{version}/{endpoint}", this::handle);
  }

  /// An answer before it is sent.
  ///
  /// @param challenge for the header `WWW-Authenticate`; null for none
  private record Answer(int status, byte[] body, @Nullable String challenge) {
    Answer(int status, byte[] body) {
      this(status, body, null);
    }
  }

  /// What is asked for, as the path names it; empty where nothing can have these names.
  private static Optional<Served.Address> address(ServerRequest request) {
    var path = request.path().pathParameters();
    var names = Stream.of("tenant", "destination", "version", "endpoint").map(path::get).toList();
    return names.stream().allMatch(name -> NAME.matcher(name).matches())
        ? Optional.of(new Served.Address(names.get(0), names.get(1), names.get(2), names.get(3)))
        : Optional.empty();
  }

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
    var served =
        address(request)
            .filter(at -> workspaces.has(at.tenant()))
            .flatMap(at -> db.inTx(at.tenant(), tx -> confirmed(tx, at)));
    if (served.isEmpty()) {
      response.header(HeaderNames.CACHE_CONTROL, "no-cache");
      send(request, response, notFound());
      return;
    }
    allowOrigin(served.get(), request, response);
    response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    response.header(
        HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, if-none-match");
    response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
    response.status(Status.NO_CONTENT_204).send();
  }

  private void answer(ServerRequest request, ServerResponse response, byte[] body) {
    long began = System.nanoTime();
    var found = new Found();
    Answer answer = answer(request, body, found);
    // The record is kept before the answer goes out.
    if (found.refused != null) trail.refused(found.refused, found.outcome);
    if (found.served != null) {
      allowOrigin(found.served, request, response);
      if (found.served.isProtected())
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
      else response.header(HeaderNames.CACHE_CONTROL, "no-cache");
      send(request, response, answer);
      meter.answered(found.served.endpoint(), answer.status(), System.nanoTime() - began);
    } else {
      response.header(HeaderNames.CACHE_CONTROL, "no-cache");
      send(request, response, answer);
    }
  }

  /// What the request turned out to mean, also where its answer is a refusal.
  private static final class Found {
    @Nullable Served served;

    /// What a refused key opens, or opened once.
    @Nullable Grant refused;

    String outcome = "";

    /// What an earlier try of the transaction found is forgotten.
    void begin(Optional<Served> what) {
      served = what.orElse(null);
      refused = null;
      outcome = "";
    }

    void refused(Grant grant, String why) {
      refused = grant;
      outcome = why;
    }
  }

  private Answer answer(ServerRequest request, byte[] body, Found found) {
    try {
      var address = address(request);
      if (address.isEmpty()) return notFound();
      var at = address.get();
      // Asked outside of the transaction: it is mostly remembered.
      if (!workspaces.has(at.tenant())) {
        // What an address that serves nothing is answered, with the same key.
        return refusal(keys.checkNowhere(authorization(request)), Optional.empty(), found)
            .orElseGet(DestinationApi::notFound);
      }
      return db.inTx(at.tenant(), QUERY_MAX, tx -> answer(tx, at, request, body, found));
    } catch (ProblemException refused) {
      return new Answer(status(refused.problem()), JsonAnswer.problem(refused.problem()));
    }
  }

  private Answer answer(
      Tx tx, Served.Address address, ServerRequest request, byte[] body, Found found)
      throws SQLException {
    var served = endpoints.find(tx, address);
    found.begin(served);
    var refusal = refusal(keys.check(tx, address.tenant(), authorization(request)), served, found);
    if (served.isEmpty()) return refusal.orElseGet(DestinationApi::notFound);
    if (refusal.isPresent()) {
      endpoints.confirm(tx, served.get());
      return refusal.get();
    }
    var parameters =
        request.prologue().method().equals(Method.POST)
            ? Parameter.ofJson(body)
            : Parameter.ofUrl(request.query().rawValue());
    var asked = UrlQuery.parse(served.get().endpoint().selection(), parameters);
    RowPage page = rows.run(tx, served.get(), asked.query());
    return new Answer(200, JsonAnswer.page(page, asked.listIds()));
  }

  private static List<String> authorization(ServerRequest request) {
    var headers = request.headers();
    return headers.contains(HeaderNames.AUTHORIZATION)
        ? headers.get(HeaderNames.AUTHORIZATION).allValues()
        : List.of();
  }

  /// Why the request is not answered with what it shows of a key; empty where it is.
  private static Optional<Answer> refusal(Shown shown, Optional<Served> served, Found found) {
    boolean isProtected = served.isPresent() && served.get().isProtected();
    return switch (shown) {
      case Shown.Bad bad -> {
        bad.was().ifPresent(was -> found.refused(was, UNAUTHENTICATED));
        yield Optional.of(
            unauthenticated(
                "This key is not good here: " + bad.reason() + ".", Shown.challenge(bad)));
      }
      case Shown.Nothing() when isProtected ->
          Optional.of(
              unauthenticated(
                  "This is read with an application's key, as Authorization: Bearer.",
                  Shown.challenge()));
      case Shown.Good(var grant) when isProtected && !opens(grant, served.get().endpoint()) -> {
        found.refused(grant, FORBIDDEN);
        yield Optional.of(
            new Answer(
                403, JsonAnswer.error(FORBIDDEN, "This key does not open this API version.")));
      }
      case Shown.Nothing(), Shown.Good _ -> Optional.empty();
    };
  }

  private static boolean opens(Grant grant, Endpoint endpoint) {
    return grant.opens(endpoint.apiVersionId(), endpoint.destinationId());
  }

  private static Answer unauthenticated(String sentence, String challenge) {
    return new Answer(401, JsonAnswer.error(UNAUTHENTICATED, sentence), challenge);
  }

  private Optional<Served> confirmed(Tx tx, Served.Address at) throws SQLException {
    var served = endpoints.find(tx, at);
    if (served.isPresent()) endpoints.confirm(tx, served.get());
    return served;
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
    if (answer.challenge() != null) {
      response.header(HeaderNames.WWW_AUTHENTICATE, answer.challenge());
    }
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
