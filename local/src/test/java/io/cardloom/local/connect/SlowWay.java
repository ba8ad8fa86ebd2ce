package io.cardloom.local.connect;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.json.JsonMapper;

/// The way inside to the identity provider. It passes everything on, and can be so slow that a
/// token ends on it.
///
/// @param issuer where it leads
/// @param hold whether the next question about a person waits until its token has ended
record SlowWay(HttpServer server, HttpClient http, URI issuer, AtomicBoolean hold)
    implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration HOLD_MAX = Duration.ofSeconds(12);
  private static final List<String> HEADERS = List.of("Authorization", "Content-Type", "Accept");

  static SlowWay to(URI issuer) throws IOException {
    var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var way =
        new SlowWay(
            HttpServer.create(here, 0), HttpClient.newHttpClient(), issuer, new AtomicBoolean());
    way.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    way.server.createContext("/", way::pass);
    way.server.start();
    return way;
  }

  /// The issuer, as it is reached by this way.
  String provider() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + issuer.getPath();
  }

  void holdNext() {
    hold.set(true);
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      var asked = exchange.getRequestHeaders();
      if (exchange.getRequestURI().getPath().endsWith("/cardloom/me")
          && hold.compareAndSet(true, false)) {
        holdUntilEnded(asked.getFirst("Authorization"));
      }
      var body = BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes());
      var request =
          HttpRequest.newBuilder(issuer.resolve(exchange.getRequestURI()))
              .method(exchange.getRequestMethod(), body);
      for (String name : HEADERS) {
        if (asked.containsKey(name)) request.header(name, asked.getFirst(name));
      }
      var answer = http.send(request.build(), BodyHandlers.ofByteArray());
      answer
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
      int length = answer.body().length;
      exchange.sendResponseHeaders(answer.statusCode(), length == 0 ? -1 : length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private static void holdUntilEnded(String authorization) throws InterruptedException {
    byte[] claims = Base64.getUrlDecoder().decode(authorization.split("[.]")[1]);
    var end = Instant.ofEpochSecond(JSON.readTree(claims).path("exp").asLong()).plusSeconds(1);
    var left = Duration.between(Instant.now(), end);
    if (left.compareTo(HOLD_MAX) > 0) throw new IllegalStateException("it lives for " + left);
    if (left.isPositive()) Thread.sleep(left);
  }

  @Override
  public void close() {
    server.stop(0);
    http.close();
  }
}
