package io.cardloom.bench.stack;

import io.cardloom.cards.CardsMain;
import io.cardloom.embedded.FreePort;
import io.cardloom.local.identity.LocalKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A further instance of svc-cards in a process of its own, beside those of a running stack.
public final class OneService {
  private static final Duration READY_WAIT = Duration.ofSeconds(60);

  private OneService() {}

  /// Starts it, waits until it says that it is ready, and ends it. Returns the seconds between.
  public static double secondsToReady(BenchStack stack) throws IOException, InterruptedException {
    int admin = FreePort.any();
    long began = System.nanoTime();
    var process =
        new ProcessBuilder(command(stack, admin))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var http = HttpClient.newHttpClient()) {
      var health =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/observe/health"))
              .build();
      while (System.nanoTime() - began < READY_WAIT.toNanos()) {
        if (ready(http, health)) return (System.nanoTime() - began) / 1e9;
        TimeUnit.MILLISECONDS.sleep(20);
      }
      throw new IllegalStateException(
          "svc-cards was not ready after " + READY_WAIT.toSeconds() + " s");
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static boolean ready(HttpClient http, HttpRequest health) throws InterruptedException {
    try {
      return http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false; // it does not listen yet
    }
  }

  private static List<String> command(BenchStack stack, int admin) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dhost=127.0.0.1",
                "-Dgrpc-port=" + FreePort.any(),
                "-Dadmin-port=" + admin,
                "-Dkeys=" + new LocalKeys(stack.home().keys()).services(),
                "-Ddb.url=" + stack.jdbcUrl(),
                "-Ddb.user=postgres",
                "-Dkafka.bootstrap=" + stack.kafka()));
    stack
        .state()
        .serviceTargets()
        .forEach((name, target) -> command.add("-D" + name + ".target=" + target));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), CardsMain.class.getName()));
    return command;
  }
}
