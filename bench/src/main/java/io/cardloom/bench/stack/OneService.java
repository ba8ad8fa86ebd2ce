package io.cardloom.bench.stack;

import io.cardloom.cards.CardsMain;
import io.cardloom.embedded.FreePort;
import io.cardloom.local.identity.LocalKeys;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A further instance of svc-cards in a process of its own, beside those of a running stack: with
/// the AOT cache that its image has, and without.
public final class OneService implements AutoCloseable {
  private static final Duration READY_WAIT = Duration.ofSeconds(60);

  private final BenchStack stack;
  private final Path cache;
  private final Path log;

  private OneService(BenchStack stack, Path directory) {
    this.stack = stack;
    this.cache = directory.resolve("svc-cards.aot");
    this.log = directory.resolve("svc-cards.log");
  }

  /// Runs it once and has its JVM write down what it loaded and linked, as the build of the images
  /// does.
  public static OneService trained(BenchStack stack) throws IOException, InterruptedException {
    var service = new OneService(stack, Files.createTempDirectory("one-service"));
    service.secondsToReady("-XX:AOTCacheOutput=" + service.cache);
    if (!Files.exists(service.cache)) throw service.failed("wrote no AOT cache");
    return service;
  }

  /// Seconds until it says that it is ready; a cache that does not fit ends it instead.
  public double secondsWithCache() throws IOException, InterruptedException {
    return secondsToReady("-XX:AOTMode=on", "-XX:AOTCache=" + cache);
  }

  /// Seconds until it says that it is ready.
  public double secondsWithoutCache() throws IOException, InterruptedException {
    return secondsToReady();
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(cache);
    Files.deleteIfExists(log);
    Files.deleteIfExists(cache.getParent());
  }

  /// Starts it, waits until it is ready, and ends it.
  private double secondsToReady(String... javaOptions) throws IOException, InterruptedException {
    int admin = FreePort.any();
    long began = System.nanoTime();
    var process =
        new ProcessBuilder(command(admin, List.of(javaOptions)))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try (var http = HttpClient.newHttpClient()) {
      var health =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/observe/health"))
              .build();
      while (process.isAlive() && System.nanoTime() - began < READY_WAIT.toNanos()) {
        if (ready(http, health)) return (System.nanoTime() - began) / 1e9;
        TimeUnit.MILLISECONDS.sleep(20);
      }
      throw failed(
          process.isAlive()
              ? "was not ready after " + READY_WAIT.toSeconds() + " s"
              : "ended with " + process.exitValue() + " before it was ready");
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private IllegalStateException failed(String how) throws IOException {
    return new IllegalStateException("svc-cards " + how + ":\n" + Files.readString(log));
  }

  private static boolean ready(HttpClient http, HttpRequest health) throws InterruptedException {
    try {
      return http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false; // it does not listen yet
    }
  }

  private List<String> command(int admin, List<String> javaOptions) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
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
        .forEach((name, target) ->
            command.add("-D" + name + ".target=" + target.replace("loopback:///", "127.0.0.1:")));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", jars(), CardsMain.class.getName()));
    return command;
  }

  /// An AOT cache takes classes from jars alone, not from folders, so what this module and the
  /// stack's have of their own is not there: nor is the word for several instances in a target.
  private static String jars() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(path -> path.endsWith(".jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
