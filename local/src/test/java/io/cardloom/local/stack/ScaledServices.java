package io.cardloom.local.stack;

import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.local.identity.TestIssuer;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.verify.GrpcServices;
import io.cardloom.local.workspace.Tenants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/// Services whose instances come and go behind one name, as containers do: instance N of svc-ingest
/// and of svc-publishing is a process that listens on `127.0.0.N` at the ports of its kind, and a
/// hosts file, which the JDK reads for every process, says which addresses a name has now.
///
/// The two share the process of their number, and the services that are not scaled share one more:
/// a JVM that starts is what such a test waits for.
final class ScaledServices implements AutoCloseable {
  static final String WORKSPACE = "demo";
  static final List<Part> SCALED = List.of(Part.INGEST, Part.PUBLISHING);
  private static final List<Part> REST = List.of(Part.METRICS, Part.CARDS, Part.AGGREGATOR);

  private final Path dir;
  private final Ports ports = new Ports(RunningStack.freeBase(Map.of()));
  private final TestIssuer issuer = TestIssuer.start();
  private final HttpClient http = HttpClient.newHttpClient();
  final KafkaConfig kafka = TestServers.freshTopics();
  private final Map<Part, String> schemas = new EnumMap<>(Part.class);

  private final List<Process> processes = new ArrayList<>();
  private final Map<Integer, Process> numbered = new TreeMap<>();

  /// Instances that the names stand for.
  private final Set<Integer> joined = new TreeSet<>();

  /// @param dir logs, settings and the hosts file
  ScaledServices(Path dir) throws IOException {
    this.dir = dir;
    writeHosts();
    var _ = launch("rest", REST, 1);
  }

  /// Services of one process: the folder with their settings, then their names.
  static final class Together {
    private Together() {}

    public static void main(String[] args) {
      Service.run(() -> {
        var last = new AtomicReference<Service>();
        for (String title : List.of(args).subList(1, args.length)) {
          var read = new Properties();
          try (var in = Files.newInputStream(Path.of(args[0], title + ".properties"))) {
            read.load(in);
          }
          var settings = new HashMap<String, String>();
          read.forEach((key, value) -> settings.put(key.toString(), value.toString()));
          last.set(ServiceStarts.start(Part.titled(title), settings));
        }
        return last.get();
      });
    }
  }

  private Map<String, String> settings(Part part, int instance) {
    var settings = new HashMap<String, String>();
    settings.put("host", host(instance));
    settings.put("grpc-port", "" + ports.grpc(part, 0));
    settings.put("http-port", "" + ports.http(part, 0));
    settings.put("admin-port", "" + ports.admin(part, 0));
    settings.put("grpc-connection-life", "PT2S");
    settings.put("keys", TestKeys.folder().toString());
    settings.put("kafka.bootstrap", kafka.bootstrap());
    settings.put("kafka.prefix", kafka.prefix());
    settings.put("kafka.partitions", "4");
    if (part != Part.AGGREGATOR) {
      var db = TestServers.freshSchema();
      settings.put("db.url", db.url());
      settings.put("db.user", db.user());
      settings.put("db.password", db.password());
      settings.put("db.schema", schemas.computeIfAbsent(part, _ -> db.schema()));
      settings.put("db.role", db.role());
      settings.put("db.pool-size", "6");
    }
    settings.put("public-base", publicBase());
    settings.put("identity.issuer", issuer.issuer());
    settings.put("identity.jwks", issuer.jwks().toString());
    settings.put("limit.write", "10000");
    for (var peer : Part.values()) {
      settings.put("peer." + peer.title(), target(peer));
      settings.put(peer.title() + ".target", target(peer));
    }
    return settings;
  }

  private static String host(int instance) {
    return "127.0.0." + instance;
  }

  private String publicBase() {
    return "http://127.0.0.1:" + ports.http(Part.AGGREGATOR, 0);
  }

  private String target(Part part) {
    String name = SCALED.contains(part) ? name(part) : host(1);
    return "dns:///" + name + ":" + ports.grpc(part, 0);
  }

  private static String name(Part part) {
    return part.title() + ".cardloom.test";
  }

  private Process launch(String name, List<Part> parts, int number) throws IOException {
    var folder = Files.createDirectory(dir.resolve(name));
    for (var part : parts) {
      var text = new Properties();
      text.putAll(settings(part, number));
      try (var out = Files.newOutputStream(folder.resolve(part.title() + ".properties"))) {
        text.store(out, null);
      }
    }
    var shipped = Stack.class.getResourceAsStream("/logging-stack.properties");
    var logging = folder.resolve("logging.properties");
    Files.write(logging, Objects.requireNonNull(shipped).readAllBytes());
    var command = ProcessInstance.command(parts.getFirst(), Map.of(), logging);
    command.removeLast();
    command.add("-Djdk.net.hosts.file=" + hosts());
    command.add("-Dnetworkaddress.cache.ttl=1");
    command.add(Together.class.getName());
    command.add(folder.toString());
    parts.forEach(part -> command.add(part.title()));
    var process =
        OwnProcesses.java(command)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    processes.add(process);
    // Tests that are ended early leave nothing behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private Path hosts() {
    return dir.resolve("hosts");
  }

  private void writeHosts() throws IOException {
    var lines = new ArrayList<String>();
    lines.add("127.0.0.1 localhost " + InetAddress.getLocalHost().getHostName());
    for (int number : joined) {
      SCALED.forEach(part -> lines.add(host(number) + " " + name(part)));
    }
    var half = Files.write(dir.resolve("hosts.new"), lines);
    Files.move(half, hosts(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Starts instance `number` of each scaled service; [#join] gives it the name.
  void begin(int number) throws IOException {
    numbered.put(number, launch("instance-" + number, SCALED, number));
  }

  /// Waits until these instances are ready, and lets their names say so.
  void join(Integer... numbers) throws IOException {
    for (int number : numbers) {
      SCALED.forEach(part -> awaitReady(part, number));
    }
    joined.addAll(List.of(numbers));
    writeHosts();
  }

  /// Ends an instance of each scaled service without a warning, and takes its address away.
  void kill(int number) throws IOException, InterruptedException {
    Objects.requireNonNull(numbered.get(number)).destroyForcibly().waitFor();
    joined.remove(number);
    writeHosts();
  }

  void awaitRest() {
    REST.forEach(part -> awaitReady(part, 1));
  }

  private void awaitReady(Part part, int number) {
    Awaitility.await(part.title() + " " + number)
        .atMost(Duration.ofSeconds(120))
        .ignoreExceptions()
        .until(() -> ask(part, number, "/observe/health").statusCode() == 200);
  }

  private HttpResponse<String> ask(Part part, int number, String path) {
    var url = "http://" + host(number) + ":" + ports.admin(part, 0) + path;
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(url)).header("Accept", "*/*").build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(failure);
    }
  }

  /// The sum of an instance's series whose line begins so and contains `words`.
  double measured(Part part, int number, String series, String words) {
    return ask(part, number, "/observe/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series + "{") && line.contains(words))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /// Calls an instance answered for others.
  double calls(Part part, int number) {
    return measured(part, number, "grpc_server_calls_seconds_count", "code=\"OK\"");
  }

  void provision() {
    var targets = new HashMap<String, String>();
    for (var part : Part.values()) {
      if (part != Part.AGGREGATOR) targets.put(part.title(), host(1) + ":" + ports.grpc(part, 0));
    }
    try (var tenants = new Tenants(targets, TestKeys.signer("local"))) {
      tenants.provision(WORKSPACE, "Demo");
    }
  }

  McpClient mcp() {
    return new McpClient(
        URI.create(publicBase() + "/" + WORKSPACE + "/mcp"),
        () -> issuer.token(publicBase(), WORKSPACE, "the-admin", "admin"));
  }

  /// Asks instance `number` of the scaled services.
  GrpcServices services(int number) {
    var targets =
        new GrpcServices.Targets(
            host(number) + ":" + ports.grpc(Part.INGEST, 0),
            host(1) + ":" + ports.grpc(Part.CARDS, 0),
            host(number) + ":" + ports.grpc(Part.PUBLISHING, 0));
    return new GrpcServices(WORKSPACE, targets, TestKeys.signer("local"));
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
    http.close();
    issuer.close();
  }
}
