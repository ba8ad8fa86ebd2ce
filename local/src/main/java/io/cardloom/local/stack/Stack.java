package io.cardloom.local.stack;

import io.cardloom.embedded.EmbeddedKafka;
import io.cardloom.embedded.EmbeddedPostgres;
import io.cardloom.idp.realm.Examples;
import io.cardloom.idp.realm.KeycloakAdmin;
import io.cardloom.idp.server.KeycloakOptions;
import io.cardloom.idp.server.KeycloakServer;
import io.cardloom.idp.server.Secrets;
import io.cardloom.local.Home;
import io.cardloom.local.identity.LocalKeys;
import io.cardloom.local.workspace.Tenants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that runs, started in order and ended in the opposite one: the aggregator first, the
/// database last. A start that fails ends what it had begun.
final class Stack implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Stack.class);

  private final Home home;
  private final StackOptions options;
  private final Consumer<List<StackState.ServiceState>> changed;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<Instance> instances = new ArrayList<>();
  private boolean closed;

  /// @param changed told after a service was started again
  Stack(Home home, StackOptions options, Consumer<List<StackState.ServiceState>> changed) {
    this.home = home;
    this.options = options;
    this.changed = changed;
  }

  /// Returns when everything is ready.
  void start() throws Exception {
    var provider = startAll();
    Readiness.await(StackUrls.of(options), options);
    provider.ifPresent(this::provision);
  }

  private Optional<KeycloakAdmin> startAll() throws Exception {
    var keys = new LocalKeys(home.keys());
    var ports = options.ports();
    // Before Keycloak starts beside the rest: at the first start, this makes its secrets.
    var connect =
        options.provider().isPresent()
            ? ServiceSettings.connect(options.provider().get())
            : ServiceSettings.connect(Secrets.of(home.identity()));
    try (var parallel = Executors.newVirtualThreadPerTaskExecutor()) {
      var postgres =
          parallel.submit(() ->
              keep(
                  EmbeddedPostgres.start(options.data().resolve("postgres"), ports.postgres(), true)
                      .withoutExitHook()));
      var kafka =
          parallel.submit(() ->
              keep(
                  EmbeddedKafka.start(
                          options.data().resolve("kafka"), ports.kafka(), ports.kafkaController())
                      .withoutExitHook()));
      // The slowest of all, and nothing waits for it but the end of the start.
      var keycloak = parallel.submit(this::keycloak);
      var settings =
          new ServiceSettings(
              options,
              keys.services(),
              result(postgres).jdbcUrl(),
              result(postgres).user(),
              result(kafka).bootstrap(),
              connect);
      log.info("PostgreSQL and Kafka are up");
      var logging = loggingFile();
      var starts = new ArrayList<Future<Instance>>();
      for (var part : Part.values()) {
        for (int number = 0; number < options.instances().getOrDefault(part, 1); number++) {
          int instance = number;
          starts.add(parallel.submit(starting(part, instance, settings, logging)));
        }
      }
      for (var start : starts) {
        result(start);
      }
      return result(keycloak);
    }
  }

  /// The stack's own identity provider with the example workspaces and people, unless another one
  /// is used.
  private Optional<KeycloakAdmin> keycloak() throws Exception {
    if (options.provider().isPresent()) {
      return Optional.empty();
    }
    var ports = options.ports();
    var server =
        keep(
            KeycloakServer.start(
                    KeycloakOptions.local(
                        home.identity(),
                        ports.keycloak(),
                        ports.keycloakManagement(),
                        StackUrls.of(options).publicBase()))
                .withoutExitHook());
    Examples.addTo(server.admin(), server.secrets().people());
    log.info("Keycloak is up");
    return Optional.of(server.admin());
  }

  private void provision(KeycloakAdmin provider) {
    var signer = new LocalKeys(home.keys()).signer(Clock.systemUTC());
    try (var tenants = new Tenants(ServiceSettings.serviceTargets(options), signer)) {
      tenants.makeKnown(provider.workspaces().list());
    }
  }

  private Callable<Instance> starting(
      Part part, int instance, ServiceSettings settings, Path logging) {
    return () -> {
      Instance started =
          options.separate()
              ? new ProcessInstance(
                  part,
                  instance,
                  settings.of(part, instance),
                  logging,
                  home.logs(),
                  () -> changed.accept(services()))
              : new SharedInstance(part, instance, settings.of(part, instance));
      synchronized (this) {
        instances.add(started);
      }
      return keep(started);
    };
  }

  /// What runs now.
  synchronized List<StackState.ServiceState> services() {
    return instances.stream()
        .map(Instance::state)
        .sorted(
            Comparator.comparing(StackState.ServiceState::part)
                .thenComparing(StackState.ServiceState::instance))
        .toList();
  }

  private synchronized <T extends AutoCloseable> T keep(T started) throws Exception {
    if (closed) {
      started.close();
      throw new IllegalStateException("the stack was told to end while it started");
    }
    opened.push(started);
    return started;
  }

  private static <T> T result(Future<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw failure;
    }
  }

  private Path loggingFile() throws IOException {
    var file = home.run().resolve("logging.properties");
    try (var shipped =
        Objects.requireNonNull(Stack.class.getResourceAsStream("/logging-stack.properties"))) {
      Files.write(file, shipped.readAllBytes());
    }
    return file;
  }

  /// Ends services side by side, then what they stand on.
  @Override
  public void close() {
    List<AutoCloseable> services;
    List<AutoCloseable> ground;
    synchronized (this) {
      closed = true;
      // The aggregator's callers go first, so nothing new comes in.
      services = new ArrayList<>(opened.stream().filter(Instance.class::isInstance).toList());
      ground = new ArrayList<>(opened.stream().filter(one -> !(one instanceof Instance)).toList());
      opened.clear();
    }
    try (var parallel = Executors.newVirtualThreadPerTaskExecutor()) {
      services.forEach(service -> parallel.submit(() -> quietly(service)));
    }
    ground.forEach(Stack::quietly);
  }

  private static void quietly(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception failure) {
      log.warn("closing {} failed", one, failure);
    }
  }
}
