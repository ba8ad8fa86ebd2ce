package io.cardloom.kit.run;

import io.cardloom.kit.call.GrpcServer;
import io.cardloom.kit.call.KnownTenants;
import io.cardloom.kit.call.Tls;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.workspace.Workspaces;
import io.cardloom.kit.workspace.WorkspacesRpc;
import io.grpc.BindableService;
import io.helidon.health.HealthCheckResponse;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running service. Ends in this order: readiness down, gRPC drains, HTTP drains, loops finish
/// their step, then what it was built on closes, last opened first.
public final class Service implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Service.class);
  private static final Duration DRAIN_WAIT = Duration.ofSeconds(5);

  /// How long an address counts that a name had, in seconds, by this property of the JVM. Java's 30
  /// would hide for as long which instances of a service come and go.
  private static final String NAMES_HOLD = "networkaddress.cache.ttl";

  private static final String NAMES_HOLD_USUAL = "5";

  private final String name;
  private final @Nullable GrpcServer grpc;
  private final HttpServer http;
  private final List<Loop> loops;
  private final List<AutoCloseable> resources;
  private final AtomicBoolean stopping;

  private Service(Builder builder) {
    this.name = builder.name;
    Telemetry.install(name);
    this.loops = new ArrayList<>();
    this.resources = List.copyOf(builder.resources);
    this.stopping = new AtomicBoolean();
    var checks = new LinkedHashMap<String, Supplier<HealthCheckResponse>>();
    checks.put("service", () -> state(!stopping.get(), "stopping"));
    builder.checks.forEach(
        (check, good) -> checks.put(check, () -> state(good.getAsBoolean(), "")));
    @Nullable GrpcServer started = null;
    try {
      started =
          builder.grpc == null
              ? null
              : GrpcServer.start(
                  new GrpcServer.Listening(
                      builder.grpc.server.host(),
                      builder.grpc.server.grpcPort(),
                      builder.tls(builder.grpc.server),
                      builder.grpc.server.grpcConnectionLife(),
                      builder.meters()),
                  builder.grpc.server.verifier(),
                  builder.grpc.tenants,
                  builder.grpc.services);
      builder.loops.forEach((loop, bodies) -> loops.add(Loop.start(name + "-" + loop, bodies)));
      for (Loop loop : loops) {
        measure(builder.meters(), loop);
        checks.put(
            loop.name(), () -> state(loop.failure() == null, String.valueOf(loop.failure())));
      }
      this.http =
          HttpServer.start(
              builder.adminHost, builder.adminPort, builder.open, checks, builder.meters);
    } catch (RuntimeException failure) {
      if (started != null) started.drain(Duration.ZERO);
      loops.forEach(Loop::close);
      builder.closeAll();
      throw failure;
    }
    this.grpc = started;
    log.info("{} is up: grpc {}, http {}, admin {}", name, grpcPort(), httpPort(), adminPort());
  }

  private static void measure(MeterRegistry meters, Loop loop) {
    var tags = Tags.of("loop", loop.name());
    meters.gauge("loop.failing", tags, loop, one -> one.failure() == null ? 0 : 1);
    FunctionCounter.builder("loop.done", loop, Loop::done).tags(tags).register(meters);
    meters.gauge("loop.behind", tags, loop, Loop::behind);
  }

  private static HealthCheckResponse state(boolean good, String detail) {
    return HealthCheckResponse.builder().status(good).detail("detail", detail).build();
  }

  /// Begins a service.
  public static Builder named(String name) {
    return new Builder(name);
  }

  public int grpcPort() {
    return grpc == null ? -1 : grpc.port();
  }

  public int httpPort() {
    return http.port();
  }

  public int adminPort() {
    return http.adminPort();
  }

  /// Why a loop's last step failed, by loop; empty when all goes well.
  public Map<String, String> failures() {
    var failures = new LinkedHashMap<String, String>();
    for (Loop loop : loops) {
      String failure = loop.failure();
      if (failure != null) failures.put(loop.name(), failure);
    }
    return failures;
  }

  /// Runs a service as the process it is in, until that is told to stop.
  ///
  /// A start that fails ends the process with exit code 1: whoever watches it starts it again,
  /// where a process that lives on without its service would be waited for.
  public static void run(Callable<Service> start) {
    // gRPC reads the property of the system, Java the one of its security.
    String hold = System.getProperty(NAMES_HOLD, NAMES_HOLD_USUAL);
    System.setProperty(NAMES_HOLD, hold);
    Security.setProperty(NAMES_HOLD, hold);
    try {
      Service service = start.call();
      Runtime.getRuntime().addShutdownHook(new Thread(service::close, service.name + "-stop"));
      Thread.currentThread().join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Throwable failure) {
      log.error("the service did not start: {}", failure.getMessage(), failure);
      System.exit(1);
    }
  }

  @Override
  public void close() {
    if (!stopping.compareAndSet(false, true)) return;
    if (grpc != null) grpc.drain(DRAIN_WAIT);
    http.drain();
    var ends = loops.stream().map(loop -> Thread.ofVirtual().start(loop::close)).toList();
    for (Thread end : ends) {
      try {
        end.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    for (AutoCloseable resource : resources.reversed()) {
      try {
        resource.close();
      } catch (Exception failure) {
        log.warn("{}: closing {} failed: {}", name, resource, failure.getMessage());
      }
    }
    log.info("{} has ended", name);
  }

  private record Grpc(ServerConfig server, KnownTenants tenants, List<BindableService> services) {}

  /// The parts of a service, in the order it is read.
  public static final class Builder {
    private final String name;
    private @Nullable Grpc grpc;
    private @Nullable Tls tls;
    private final List<HttpServer.Public> open = new ArrayList<>();
    private String adminHost = "127.0.0.1";
    private int adminPort;
    private final Map<String, Callable<? extends Loop.Body>> loops = new LinkedHashMap<>();
    private final Map<String, BooleanSupplier> checks = new LinkedHashMap<>();
    private final List<AutoCloseable> resources = new ArrayList<>();

    private final Meters meters;

    private Builder(String name) {
      this.name = name;
      this.meters = using(new Meters(name));
    }

    /// Where the service registers what it counts.
    public MeterRegistry meters() {
      return meters.registry();
    }

    /// What the service is built on, closed at the end, last given first. Returns it, so it can be
    /// given where it is opened.
    public <T extends AutoCloseable> T using(T resource) {
      resources.add(resource);
      return resource;
    }

    /// How calls to and from this service are secured.
    public Tls tls(ServerConfig server) {
      if (tls == null) tls = using(Tls.open(server.tls()));
      return tls;
    }

    /// gRPC services, called with internal tokens for workspaces that the service knows.
    public Builder grpc(ServerConfig server, Workspaces workspaces, BindableService... services) {
      tls(server);
      var all = new ArrayList<>(List.of(services));
      all.add(new WorkspacesRpc(workspaces));
      grpc = new Grpc(server, workspaces, all);
      return this;
    }

    /// The public HTTP side; at most one.
    public Builder http(HttpServer.Public side) {
      if (!open.isEmpty()) throw new IllegalStateException("there is a public side already");
      open.add(side);
      return this;
    }

    /// Health (`/observe/health`) and metrics (`/observe/metrics`).
    public Builder admin(String host, int port) {
      adminHost = host;
      adminPort = port;
      return this;
    }

    public Builder loop(String loop, Callable<? extends Loop.Body> bodies) {
      loops.put(loop, bodies);
      return this;
    }

    /// The same work for each lane: one thread for what is prompt, several for what is bulk, each
    /// with bodies of its own.
    public Builder lanes(String loop, int bulkThreads, Lane.Bodies bodies) {
      loop(Lane.PROMPT.named(loop), () -> bodies.of(Lane.PROMPT));
      String bulk = Lane.BULK.named(loop);
      for (int number = 1; number <= bulkThreads; number++) {
        loop(number == 1 ? bulk : bulk + "-" + number, () -> bodies.of(Lane.BULK));
      }
      return this;
    }

    /// Something the service is not ready without.
    public Builder readyWhen(String check, BooleanSupplier good) {
      checks.put(check, good);
      return this;
    }

    /// Starts all of it, or closes what was opened and throws with the sentence that helps.
    public Service start() {
      return new Service(this);
    }

    void closeAll() {
      for (AutoCloseable resource : resources.reversed()) {
        try {
          resource.close();
        } catch (Exception failure) {
          log.warn("closing {} failed: {}", resource, failure.getMessage());
        }
      }
    }
  }
}
