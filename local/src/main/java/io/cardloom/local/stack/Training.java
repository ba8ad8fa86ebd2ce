package io.cardloom.local.stack;

import io.cardloom.embedded.EmbeddedKafka;
import io.cardloom.embedded.EmbeddedPostgres;
import io.cardloom.kit.run.Settings;
import io.cardloom.local.identity.LocalKeys;
import io.cardloom.local.verify.Differences;
import io.cardloom.local.verify.GrpcServices;
import io.cardloom.local.verify.Verify;
import io.cardloom.local.workspace.Tenants;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Runs every service once, as its image starts it, on an embedded PostgreSQL and Kafka, and has
/// its JVM write down what it loaded and compiled: the AOT cache, with which the next start takes a
/// third of the time. The build of the images does this.
public final class Training {
  private static final String WORKSPACE = "training";
  private static final Duration WRITE_WAIT = Duration.ofMinutes(5);

  private Training() {}

  /// @param args the folder of the services' files in the image, and the one for the caches
  public static void main(String[] args) throws Exception {
    var app = Path.of(args[0]);
    var caches = Files.createDirectories(Path.of(args[1]));
    var home = Files.createTempDirectory("training");
    var options = new StackOptions(Ports.BASE, home.toString(), true, Map.of(), Optional.empty());
    var ports = options.ports();
    var keys = new LocalKeys(home.resolve("keys"));
    try (var postgres = EmbeddedPostgres.start(home.resolve("postgres"), ports.postgres(), false);
        var kafka =
            EmbeddedKafka.start(home.resolve("kafka"), ports.kafka(), ports.kafkaController())) {
      var settings =
          new ServiceSettings(
              options,
              keys.services(),
              postgres.jdbcUrl(),
              postgres.user(),
              kafka.bootstrap(),
              Map.of("connect.client-id", "training", ServiceSettings.SECRET, "0123456789abcdef"));
      var running = new LinkedHashMap<Part, Process>();
      try {
        for (var part : Part.values()) {
          running.put(part, start(app, caches, part, settings.of(part, 0)));
        }
        Readiness.await(StackUrls.of(options), options);
        callEach(options, keys);
      } finally {
        running.values().forEach(Process::destroy);
      }
      for (var entry : running.entrySet()) {
        written(entry.getKey(), entry.getValue(), cache(caches, entry.getKey()));
      }
    }
    System.exit(0);
  }

  private static Path cache(Path caches, Part part) {
    return caches.resolve(part.title() + ".aot");
  }

  /// With the very words of the image's entry point: another class path or collector would make a
  /// cache that is passed over.
  private static Process start(Path app, Path caches, Part part, Map<String, String> settings)
      throws IOException {
    var builder =
        new ProcessBuilder(
                "java",
                "@" + app.resolve("java.options"),
                "-XX:AOTCacheOutput=" + cache(caches, part),
                "@" + app.resolve("services").resolve(part.title()))
            .inheritIO();
    settings.forEach((key, value) ->
        builder
            .environment()
            .put(Settings.variable(key), value.replace("loopback:///", "127.0.0.1:")));
    return builder.start();
  }

  /// A call of each kind, so that what the first caller would wait for is in the cache.
  private static void callEach(StackOptions options, LocalKeys keys)
      throws IOException, InterruptedException {
    var signer = keys.signer(Clock.systemUTC());
    try (var tenants = new Tenants(ServiceSettings.serviceTargets(options), signer)) {
      tenants.provision(WORKSPACE, "Training");
      var _ = tenants.list();
    }
    var targets = GrpcServices.Targets.of(ServiceSettings.serviceTargets(options));
    try (var services = new GrpcServices(WORKSPACE, targets, signer)) {
      new Verify(services, new Differences(1)).all();
    }
    var urls = StackUrls.of(options);
    try (var http = HttpClient.newHttpClient()) {
      for (var url :
          List.of(
              urls.mcp(WORKSPACE).toString(),
              urls.page(),
              urls.publicBase() + "/.well-known/oauth-protected-resource/" + WORKSPACE + "/mcp",
              urls.destinationApi() + "/" + WORKSPACE + "/shop/v1/products",
              urls.ingestApi() + "/v1/sources/products/entries")) {
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30));
        var _ = http.send(request.build(), BodyHandlers.discarding());
      }
    }
  }

  private static void written(Part part, Process process, Path cache)
      throws IOException, InterruptedException {
    if (!process.waitFor(WRITE_WAIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(part.title() + " does not end");
    }
    if (!Files.exists(cache)) {
      throw new IllegalStateException(
          part.title() + " ended with " + process.exitValue() + " and wrote no AOT cache");
    }
    System.out.printf("%s %,d bytes%n", cache, Files.size(cache));
  }
}
