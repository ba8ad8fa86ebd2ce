package io.cardloom.idp.server;

import io.cardloom.idp.realm.KeycloakAdmin;
import io.cardloom.idp.realm.RealmFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running Keycloak with the realm of Cardloom. Closing keeps its data; the next start on the
/// same folder goes on with it.
public final class KeycloakServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeycloakServer.class);

  /// The first start makes tables and keys: 30 s on two idle cores; a later one takes 10 s.
  private static final Duration START_WAIT = Duration.ofMinutes(5);

  private static final Duration END_WAIT = Duration.ofSeconds(20);
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(10);
  private static final long ASK_AGAIN_MS = 200;

  /// What of a distribution an installation shares; its `data` is its own.
  private static final List<String> SHARED = List.of("bin", "conf", "lib", "providers", "themes");

  private final KeycloakOptions options;
  private final Secrets secrets;
  private final Process process;
  private final List<FileLease> leases;
  private final KeycloakAdmin admin;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread exitHook = new Thread(this::close, "close-keycloak");

  private KeycloakServer(
      KeycloakOptions options, Secrets secrets, Process process, List<FileLease> leases) {
    this.options = options;
    this.secrets = secrets;
    this.process = process;
    this.leases = leases;
    this.admin = KeycloakAdmin.of(local(options), secrets.placeholders(options.publicBase()));
    Runtime.getRuntime().addShutdownHook(exitHook);
  }

  /// Starts it and returns when people can sign in and the realm is as this version wants it. The
  /// first start on a machine unpacks and builds the distribution.
  ///
  /// A Keycloak that a killed process left behind on this folder is ended first. A folder that a
  /// live process uses is refused with `IllegalStateException`.
  public static KeycloakServer start(KeycloakOptions options) throws IOException {
    var leases = new ArrayList<FileLease>();
    try {
      leases.add(lease(options.data()));
      endOrphan(options.data());
      var secrets = Secrets.of(options.data());
      var built = new Distribution(options.cache(), options.database().vendor()).built();
      leases.add(built.lease());
      var process = launch(options, secrets, built.folder());
      KeycloakProcess.write(pidFile(options.data()), process.toHandle());
      var server = new KeycloakServer(options, secrets, process, leases);
      server.becomeReady();
      return server;
    } catch (IOException | RuntimeException failure) {
      for (var lease : leases) lease.close();
      throw failure;
    }
  }

  /// Ends a Keycloak that a killed process left behind on this folder, and tells whether there was
  /// one. Does nothing while a live process uses the folder.
  public static boolean stopOrphan(Path data) throws IOException {
    if (!Files.isDirectory(data)) return false;
    try (var lease = lease(data)) {
      return endOrphan(data);
    } catch (IllegalStateException inUse) {
      return false;
    }
  }

  /// Leaves closing at JVM exit to the caller, who must stop the users of this server first.
  public KeycloakServer withoutExitHook() {
    removeExitHook();
    return this;
  }

  /// Begins every token's `iss`, byte for byte.
  public String issuer() {
    return options.url() + "/realms/" + RealmFile.REALM;
  }

  /// Where the keys are that its tokens are signed with.
  public String jwks() {
    return issuer() + "/protocol/openid-connect/certs";
  }

  public Secrets secrets() {
    return secrets;
  }

  /// Who keeps its workspaces, people and machines.
  public KeycloakAdmin admin() {
    return admin;
  }

  public long pid() {
    return process.pid();
  }

  /// Ends it in order, by force after a while. A second call does nothing.
  @Override
  public void close() {
    if (closed.getAndSet(true)) return;
    removeExitHook();
    try {
      if (!KeycloakProcess.end(process.toHandle(), END_WAIT)) {
        log.warn("Keycloak did not end within {} s and was killed", END_WAIT.toSeconds());
      }
      Files.deleteIfExists(pidFile(options.data()));
      for (var lease : leases) lease.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("Keycloak did not end cleanly", failure);
    }
  }

  private void removeExitHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(exitHook);
    } catch (IllegalStateException exiting) {
      // The hook runs or has run, and closing twice is harmless.
    }
  }

  private void becomeReady() throws IOException {
    try {
      awaitAnswer();
      for (String change : admin.realm().atStart()) log.info("realm: {}", change);
    } catch (IOException | RuntimeException failure) {
      close();
      throw failure;
    }
  }

  /// The port opens before the realm is there, and answers 503 until then.
  private void awaitAnswer() throws IOException {
    long deadline = System.nanoTime() + START_WAIT.toNanos();
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    local(options)
                        + "/realms/"
                        + RealmFile.REALM
                        + "/.well-known/openid-configuration"))
            .timeout(ANSWER_WAIT)
            .build();
    try (var http = HttpClient.newBuilder().connectTimeout(ANSWER_WAIT).build()) {
      while (!answers(http, request)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IOException(
              "Keycloak %s. Its log ends with:%n%s"
                  .formatted(
                      process.isAlive()
                          ? "is not ready after " + START_WAIT.toMinutes() + " minutes"
                          : "ended at its start",
                      KeycloakProcess.tail(logFile(options.data()))));
        }
        Wait.millis(ASK_AGAIN_MS);
      }
    }
  }

  private static boolean answers(HttpClient http, HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (InterruptedException interrupted) {
      throw Wait.interrupted(interrupted);
    } catch (IOException notYet) {
      return false;
    }
  }

  private static Process launch(KeycloakOptions options, Secrets secrets, Path distribution)
      throws IOException {
    Path home = home(options.data(), distribution);
    var arguments =
        List.of(
            "start",
            "--optimized",
            "--cache=local",
            "--http-enabled=true",
            "--http-host=127.0.0.1",
            "--http-port=" + options.port(),
            "--http-management-port=" + options.managementPort(),
            "--hostname=" + options.url(),
            "--import-realm");
    var placeholders = secrets.placeholders(options.publicBase());
    RealmFile.check(placeholders);
    Path logFile = logFile(options.data());
    if (Files.exists(logFile)) {
      Files.move(
          logFile, logFile.resolveSibling("keycloak.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    var builder =
        KeycloakProcess.command(distribution, home, arguments)
            .redirectErrorStream(true)
            .redirectOutput(logFile.toFile());
    // Secrets travel in the environment: arguments can be read by anybody on this machine.
    builder.environment().putAll(placeholders);
    builder.environment().putAll(options.database().environment());
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", secrets.administrator());
    return builder.start();
  }

  /// A home of its own for this installation, made of links to the distribution.
  private static Path home(Path data, Path distribution) throws IOException {
    Path home = data.resolve("home").toAbsolutePath();
    Path imported = home.resolve("data").resolve("import");
    Files.createDirectories(imported);
    Files.write(imported.resolve("cardloom-realm.json"), RealmFile.bytes());
    for (String name : SHARED) {
      Files.deleteIfExists(home.resolve(name));
      Files.createSymbolicLink(home.resolve(name), distribution.resolve(name));
    }
    return home;
  }

  private static FileLease lease(Path data) throws IOException {
    Optional<FileLease> lease = FileLease.take(data.resolve("in-use.lock"), false);
    return lease.orElseThrow(() ->
        new IllegalStateException(
            "The data directory " + data + " is in use by another process. Stop that one first."));
  }

  private static boolean endOrphan(Path data) throws IOException {
    Optional<ProcessHandle> orphan = KeycloakProcess.read(pidFile(data));
    if (orphan.isPresent()) KeycloakProcess.end(orphan.get(), END_WAIT);
    return orphan.isPresent();
  }

  private static Path pidFile(Path data) {
    return data.resolve("keycloak.pid");
  }

  private static Path logFile(Path data) {
    return data.resolve("keycloak.log");
  }

  private static URI local(KeycloakOptions options) {
    return URI.create("http://127.0.0.1:" + options.port());
  }
}
