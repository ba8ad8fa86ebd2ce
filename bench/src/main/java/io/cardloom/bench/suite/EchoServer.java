package io.cardloom.bench.suite;

import io.helidon.webserver.WebServer;
import java.net.InetAddress;

/// A bare Helidon server in a process of its own: it answers a `POST` with as many bytes as the
/// path says, after it has read the body. Prints its port.
public final class EchoServer {
  private EchoServer() {}

  /// No arguments.
  public static void main(String[] args) {
    var server =
        WebServer.builder()
            .address(InetAddress.getLoopbackAddress())
            .routing(routing ->
                routing.post(
                    "/{bytes}",
                    (request, response) -> {
                      request.content().as(byte[].class);
                      response.send(
                          new byte[Integer.parseInt(request.path().pathParameters().get("bytes"))]);
                    }))
            .build()
            .start();
    System.out.println(server.port());
  }
}
