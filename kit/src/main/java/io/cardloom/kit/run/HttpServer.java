package io.cardloom.kit.run;

import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.health.HealthObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A service's HTTP server: its public routes, if any, on one socket, health and metrics on
/// another.
///
/// Fills in what HTTP/1.1 asks and Helidon 4.1.7 leaves undone: a `Connection: close` that closes,
/// a refusal of two framings, errors that never show an exception's words.
public final class HttpServer {
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
  private static final String ADMIN = "admin";
  private static final String METRICS = "/observe/metrics";
  private static final Duration DRAIN_WAIT = Duration.ofSeconds(5);

  /// Answers to what the server's parser refuses before there is a request. What it calls an
  /// internal error there is a request line it cannot read.
  private static final DirectHandlers UNPARSED = unparsed();

  private final WebServer server;
  private final AtomicBoolean draining;
  private final boolean separateAdmin;

  private HttpServer(WebServer server, AtomicBoolean draining, boolean separateAdmin) {
    this.server = server;
    this.draining = draining;
    this.separateAdmin = separateAdmin;
  }

  /// The public side of a service.
  ///
  /// @param bodyBytesMax larger bodies are answered 413
  public record Public(
      String host, int port, long bodyBytesMax, Consumer<HttpRouting.Builder> routes) {}

  static HttpServer start(
      String adminHost,
      int adminPort,
      List<Public> open,
      Map<String, Supplier<HealthCheckResponse>> checks,
      Meters meters) {
    var draining = new AtomicBoolean();
    var health = HealthObserver.builder().details(true);
    checks.forEach((name, check) -> health.addCheck(check, HealthCheckType.READINESS, name));
    var observe =
        ObserveFeature.builder().observersDiscoverServices(false).addObserver(health.build());
    WebServerConfig.Builder builder =
        WebServer.builder()
            .featuresDiscoverServices(false)
            .shutdownHook(false)
            .directHandlers(UNPARSED)
            .shutdownGracePeriod(DRAIN_WAIT);
    if (open.isEmpty()) {
      builder.host(adminHost).port(adminPort).addFeature(observe.build());
      builder.routing(routing -> admin(routing, meters, draining));
    } else {
      Public side = open.getFirst();
      builder
          .host(side.host())
          .port(side.port())
          .connectionOptions(socket -> socket.tcpNoDelay(true))
          .maxPayloadSize(side.bodyBytesMax())
          .putSocket(
              ADMIN,
              admin ->
                  admin
                      .host(adminHost)
                      .port(adminPort)
                      .routing(routing -> admin(routing, meters, draining)))
          .addFeature(observe.sockets(List.of(ADMIN)).build())
          .routing(routing -> {
            routing.addFilter(
                (chain, request, response) -> wire(chain, request, response, draining));
            side.routes().accept(routing);
            closing(routing, draining);
          });
    }
    WebServer server = builder.build().start();
    // Helidon only logs it when a socket cannot be bound, and goes on without.
    if (!server.isRunning()) {
      throw new IllegalStateException(
          "HTTP port " + ports(adminPort, open) + " is taken or not allowed");
    }
    return new HttpServer(server, draining, !open.isEmpty());
  }

  private static String ports(int adminPort, List<Public> open) {
    return open.isEmpty() ? "" + adminPort : adminPort + " or " + open.getFirst().port();
  }

  /// Health stands beside these routes by itself; a route for anything else would hide it.
  private static void admin(HttpRouting.Builder routing, Meters meters, AtomicBoolean draining) {
    routing.error(
        Throwable.class,
        (request, response, failure) -> problem(request, response, failure, draining));
    routing.get(METRICS, (_, response) -> meters.write(response));
  }

  private static void closing(HttpRouting.Builder routing, AtomicBoolean draining) {
    routing.error(
        Throwable.class,
        (request, response, failure) -> problem(request, response, failure, draining));
    routing.any((_, response) ->
        answer(response, Status.NOT_FOUND_404, "not_found", "There is nothing here."));
  }

  private static void wire(
      FilterChain chain, RoutingRequest request, RoutingResponse response, AtomicBoolean draining) {
    var headers = request.headers();
    boolean twoFramings =
        headers.contains(HeaderNames.CONTENT_LENGTH)
            && headers.contains(HeaderNames.TRANSFER_ENCODING);
    if (twoFramings || draining.get() || headers.contains(HeaderValues.CONNECTION_CLOSE)) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    if (twoFramings) {
      answer(response, Status.BAD_REQUEST_400, "bad_request", "The body has two lengths.");
    } else {
      chain.proceed();
    }
    if (response.isSent()
        && (draining.get() || response.headers().contains(HeaderValues.CONNECTION_CLOSE))) {
      throw new CloseConnectionException("the answer was the last one of this connection");
    }
  }

  private static void problem(
      ServerRequest request, ServerResponse response, Throwable failure, AtomicBoolean draining) {
    if (failure instanceof CloseConnectionException closing) throw closing;
    if (response.isSent()) {
      throw failure instanceof RuntimeException passedOn
          ? passedOn
          : new IllegalStateException(failure);
    }
    switch (failure) {
      case HttpException known ->
          answer(
              response,
              known.status(),
              "bad_request",
              "The request is not valid HTTP for this path.");
      case RequestException known ->
          answer(
              response,
              Status.create(known.eventType().defaultStatus().code()),
              "bad_request",
              "The request is not valid HTTP.");
      default -> {
        log.error("{} {} failed", request.prologue().method(), request.path().path(), failure);
        answer(
            response,
            Status.INTERNAL_SERVER_ERROR_500,
            "internal",
            "Something went wrong here; the log has it.");
      }
    }
    if (draining.get()) throw new CloseConnectionException("draining");
  }

  private static DirectHandlers unparsed() {
    var handlers = DirectHandlers.builder();
    for (var type : EventType.values()) handlers.addHandler(type, HttpServer::unparsed);
    return handlers.build();
  }

  private static DirectHandler.TransportResponse unparsed(
      DirectHandler.TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    return DirectHandler.TransportResponse.builder()
        .status(type == EventType.INTERNAL_ERROR ? Status.BAD_REQUEST_400 : status)
        .headers(headers)
        .header(HeaderValues.CONTENT_TYPE_JSON)
        .header(HeaderValues.CONNECTION_CLOSE)
        .keepAlive(false)
        .entity(json("bad_request", "The request is not valid HTTP."))
        .build();
  }

  /// A small JSON error; `code` and `sentence` are constants of the code.
  public static void answer(ServerResponse response, Status status, String code, String sentence) {
    response.status(status);
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    response.send(json(code, sentence));
  }

  private static byte[] json(String code, String sentence) {
    return ("{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + sentence + "\"}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  public int port() {
    return server.port();
  }

  public int adminPort() {
    return separateAdmin ? server.port(ADMIN) : server.port();
  }

  /// Answers what is under way, closing each connection after its answer.
  void drain() {
    draining.set(true);
    server.stop();
  }
}
