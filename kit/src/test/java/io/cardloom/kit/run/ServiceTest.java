package io.cardloom.kit.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.call.Tls;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestCertificates;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.workspace.Workspaces;
import io.cardloom.proto.workspaces.v1.ListWorkspacesRequest;
import io.cardloom.proto.workspaces.v1.WorkspaceInfo;
import io.cardloom.proto.workspaces.v1.WorkspacesGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@FreshSchema
final class ServiceTest {
  private static HttpResponse<String> ask(int port, String path)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .header("Accept", "text/plain, */*")
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void readinessTellsWhatIsWrongAndTheAdminSideIsNotPublic() throws Exception {
    var good = new AtomicBoolean(true);
    var side =
        new HttpServer.Public(
            "127.0.0.1",
            0,
            1000,
            routes ->
                routes.get(
                    "/fail",
                    (_, _) -> {
                      throw new IllegalStateException("secret");
                    }));
    try (Service service = Service.named("t").http(side).readyWhen("database", good::get).start()) {
      assertThat(ask(service.adminPort(), "/observe/health").statusCode()).isEqualTo(200);
      good.set(false);
      assertThat(ask(service.adminPort(), "/observe/health").statusCode()).isEqualTo(503);
      // What decides whether an instance is sent requests, and whether it is ended.
      for (String own : List.of("/observe/health/ready/service", "/observe/health/live")) {
        assertThat(ask(service.adminPort(), own).statusCode()).as(own).isEqualTo(200);
      }
      assertThat(ask(service.adminPort(), "/observe/metrics").body())
          .contains("jvm_memory_used_bytes")
          .contains("service=\"t\"");
      assertThat(ask(service.httpPort(), "/observe/metrics").statusCode()).isEqualTo(404);
      assertThat(ask(service.httpPort(), "/observe/health").statusCode()).isEqualTo(404);
      var failed = ask(service.httpPort(), "/fail");
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(failed.body()).doesNotContain("secret");
    }
  }

  @Test
  void aLoopThatFailsIsBuiltAgainAndSaysWhyMeanwhile() {
    var bodies = new AtomicInteger();
    var steps = new AtomicInteger();
    Loop.Body body =
        () -> {
          if (bodies.get() == 1) throw new IllegalStateException("not yet");
          Thread.sleep(5);
          return steps.incrementAndGet();
        };
    try (Loop loop =
        Loop.start(
            "l",
            () -> {
              bodies.incrementAndGet();
              return body;
            })) {
      await().until(() -> steps.get() > 2);
      assertThat(bodies).hasValue(2);
      assertThat(loop.failure()).isNull();
      assertThat(loop.done()).isPositive();
    }
  }

  @Test
  void whatWasOpenedClosesLastFirst() {
    List<String> closed = Collections.synchronizedList(new ArrayList<>());
    var builder = Service.named("t");
    builder.using((AutoCloseable) () -> closed.add("first"));
    builder.using((AutoCloseable) () -> closed.add("second"));
    builder.start().close();
    assertThat(closed).containsExactly("second", "first");
  }

  private static ServerConfig server(int grpcPort) {
    return new ServerConfig("127.0.0.1", grpcPort, 0, 0, TestKeys.folder());
  }

  @Test
  void aTakenPortIsSaidAndNothingStaysOpen(Db db) throws IOException {
    List<String> closed = new ArrayList<>();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var builder = Service.named("t").grpc(server(taken.getLocalPort()), new Workspaces(db));
      builder.using((AutoCloseable) () -> closed.add("db"));
      assertThatThrownBy(builder::start).hasMessageContaining("gRPC port " + taken.getLocalPort());
    }
    assertThat(closed).containsExactly("db");
  }

  @Test
  void aStartThatFailsLateLetsItsFirstPortGo(Db db) throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int grpcPort;
      try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        grpcPort = free.getLocalPort();
      }
      var builder =
          Service.named("t")
              .grpc(server(grpcPort), new Workspaces(db))
              .admin("127.0.0.1", taken.getLocalPort());
      assertThatThrownBy(builder::start).hasMessageContaining("HTTP port");
      new ServerSocket(grpcPort, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  @Test
  void aServiceWithCertificatesTakesNoCallsInPlainText(Db db, @TempDir Path dir) {
    var house = new TestCertificates("House");
    var server =
        new ServerConfig(
            "127.0.0.1",
            0,
            0,
            0,
            TestKeys.folder(),
            Optional.of(house.write(dir.resolve("service"), "t")));
    var signer = TestKeys.signer("local");
    try (var service = Service.named("t").grpc(server, new Workspaces(db)).start();
        var tls = Tls.open(Optional.of(house.write(dir.resolve("caller"), "local")));
        var secured = Peer.open("t", "127.0.0.1:" + service.grpcPort(), signer, tls);
        var plain = Peer.open("t", "127.0.0.1:" + service.grpcPort(), signer)) {
      assertThat(known(secured)).isEmpty();
      assertThatThrownBy(() -> known(plain)).hasMessageContaining("t does not answer");
    }
  }

  private static List<WorkspaceInfo> known(Peer peer) {
    var asking = peer.as(Caller.operator("any"), Duration.ofSeconds(10));
    var request = ListWorkspacesRequest.getDefaultInstance();
    return peer.call(() -> WorkspacesGrpc.newBlockingStub(asking).listWorkspaces(request))
        .getWorkspacesList();
  }

  @Test
  void aProcessWhoseServiceDoesNotStartEnds() throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                NeverStarts.class.getName())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
          .contains("the broker is away");
    } finally {
      process.destroyForcibly();
    }
  }

  /// A thread that does not end is what a half-made service leaves behind.
  static final class NeverStarts {
    private NeverStarts() {}

    public static void main(String[] args) {
      Service.run(() -> {
        new Thread(() -> LockSupport.parkNanos(Long.MAX_VALUE)).start();
        throw new IllegalStateException("the broker is away");
      });
    }
  }

  @Test
  void aRequestLineThatCannotBeReadIsTheCallersFault() throws IOException {
    var side = new HttpServer.Public("127.0.0.1", 0, 1000, _ -> {});
    try (Service service = Service.named("t").http(side).start()) {
      for (String line : List.of("GÉT / HTTP/1.1", "GET /?a:b HTTP/1.1", "nonsense", "GET / X")) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.httpPort())) {
          socket.setSoTimeout(20_000);
          socket.getOutputStream().write((line + "\r\nHost: h\r\n\r\n").getBytes(UTF_8));
          var answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
          assertThat(answer).as(line).startsWith("HTTP/1.1 400").contains("bad_request");
        }
      }
    }
  }

  @Test
  void aWrongSettingNamesItsKey() {
    Settings settings = Settings.of(Map.of("a.b", "x", "keys", "/nowhere", "grpc-port", "70000"));
    assertThatThrownBy(() -> settings.number("a.b", 1))
        .hasMessageContaining("a.b")
        .hasMessageContaining("whole number");
    assertThatThrownBy(() -> settings.text("c.d")).hasMessageContaining("c.d");
    assertThatThrownBy(() -> ServerConfig.from(settings)).hasMessageContaining("grpc-port");
  }
}
