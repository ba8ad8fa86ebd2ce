package io.cardloom.local.identity;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/// Serves the key set of the local stack on loopback, where an identity provider would.
public final class KeySetServer implements AutoCloseable {
  private final HttpServer server;

  private KeySetServer(HttpServer server) {
    this.server = server;
  }

  /// A port of 0 takes any free one.
  public static KeySetServer start(int port, String keySet) throws IOException {
    var server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    byte[] body = keySet.getBytes(StandardCharsets.UTF_8);
    server.createContext("/jwks.json", exchange -> answer(exchange, body));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return new KeySetServer(server);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json";
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
