package io.cardloom.local.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Runs `clients/connect/connect.test.mjs` over the page: what a person does in a browser.
@ResourceLock("browser")
final class ConnectTest {
  /// The first run on a machine also fetches the packages.
  private static final int RUN_SECONDS_MAX = 500;

  @Test
  @Timeout(900)
  void thePageInABrowser(@TempDir Path folder) throws Exception {
    try (var stack = ConnectStack.start(folder);
        var control = new Control(stack)) {
      var clients = clients();
      var builder =
          new ProcessBuilder(clients.resolve("run").toString(), "connect/connect.test.mjs");
      builder.environment().putAll(stack.environment());
      builder.environment().put("CARDLOOM_CONTROL", control.url());
      var process = builder.redirectErrorStream(true).start();
      CompletableFuture.delayedExecutor(RUN_SECONDS_MAX, TimeUnit.SECONDS)
          .execute(process::destroyForcibly);
      try {
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        assertThat(text).contains("pass 12\n");
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /// The folder of the checkout, whether the module or the whole is being built.
  private static Path clients() {
    var here = Path.of("").toAbsolutePath();
    return here.endsWith("local") ? here.resolveSibling("clients") : here.resolve("clients");
  }

  /// Does for the script what only this side can.
  private record Control(HttpServer server) implements AutoCloseable {
    Control(ConnectStack stack) throws IOException {
      this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      answer("/short", stack::shortTokens);
      answer("/late", stack.way()::holdNext);
      answer("/down", () -> stack.keycloak().close());
      server.start();
    }

    private interface Work {
      void run() throws Exception;
    }

    private void answer(String path, Work work) {
      server.createContext(
          path,
          exchange -> {
            int status = 200;
            try {
              work.run();
            } catch (Exception failure) {
              failure.printStackTrace();
              status = 500;
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
          });
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
