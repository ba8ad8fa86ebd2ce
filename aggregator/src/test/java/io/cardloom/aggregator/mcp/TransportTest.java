package io.cardloom.aggregator.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What HTTP and browsers ask, before the protocol begins.
class TransportTest {
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
  private static TestEdge edge;
  private static String token;

  @BeforeAll
  static void open() {
    edge = new TestEdge();
    token = TestIssuer.admin("acme");
  }

  @AfterAll
  static void close() {
    edge.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "PUT"})
  void onlyPost(String method) {
    var request =
        HttpRequest.newBuilder(edge.uri("/acme/mcp"))
            .method(method, BodyPublishers.noBody())
            .build();
    var response = edge.send(request);
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("POST");
  }

  @Test
  void aBodyThatIsNotJsonByTypeIsRefused() {
    var request = edge.request("acme", token, PING).setHeader("Content-Type", "text/plain").build();
    assertThat(edge.send(request).statusCode()).isEqualTo(415);
    var charset =
        edge.request("acme", token, PING)
            .setHeader("Content-Type", "application/json; charset=utf-8");
    assertThat(edge.send(charset.build()).statusCode()).isEqualTo(200);
  }

  static Stream<Arguments> origins() {
    return Stream.of(
        arguments("http://localhost:3000", 200),
        arguments("http://127.0.0.1:1", 200),
        arguments("https://client.test", 200),
        arguments("https://evil.test", 403),
        arguments("http://localhost.evil.test", 403),
        arguments("null", 403),
        arguments("https://client.test.evil.test", 403));
  }

  @ParameterizedTest
  @MethodSource
  void origins(String origin, int status) {
    var response = edge.send(edge.request("acme", token, PING).header("Origin", origin).build());
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin").isPresent())
        .isEqualTo(status == 200);
  }

  @Test
  void aPreflightNeedsNoToken() {
    var request =
        HttpRequest.newBuilder(edge.uri("/acme/mcp"))
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", "https://client.test")
            .header("Access-Control-Request-Method", "POST")
            .build();
    var response = edge.send(request);
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.headers().firstValue("Access-Control-Allow-Methods")).hasValue("POST");
    assertThat(response.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
        .contains("Authorization", "Mcp-Method");
  }

  @Test
  void aLocalServerAnswersToItsOwnNameOnly() throws IOException {
    try (var socket = new Socket("127.0.0.1", edge.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /acme/mcp HTTP/1.1\r\nHost: evil.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 403");
    }
  }

  @Test
  void aPathThatIsNoWorkspaceIsNotFound() {
    assertThat(edge.send(edge.request("Ac_me", token, PING).build()).statusCode()).isEqualTo(404);
    assertThat(edge.send(HttpRequest.newBuilder(edge.uri("/acme")).build()).statusCode())
        .isEqualTo(404);
    assertThat(edge.send(edge.request("", token, PING).build()).statusCode()).isEqualTo(404);
  }
}
