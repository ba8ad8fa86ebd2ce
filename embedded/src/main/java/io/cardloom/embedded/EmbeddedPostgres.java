package io.cardloom.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/// A real PostgreSQL on loopback with its data in one directory. Closing keeps the data; the next
/// start on the same directory goes on with it.
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String USER = "postgres";
  private static final String DATABASE = "cardloom";

  /// initdb plus recovery after a kill, on a slow disk.
  private static final Duration START_WAIT = Duration.ofSeconds(60);

  /// Strong references: JUL forgets the level of a logger that nobody holds.
  private static final Logger QUIET = Logger.getLogger("io.zonky.test.db.postgres");

  private final io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;
  private final DirectoryLock lock;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ExitHook exitHook;

  private EmbeddedPostgres(
      io.zonky.test.db.postgres.embedded.EmbeddedPostgres server, DirectoryLock lock) {
    this.server = server;
    this.lock = lock;
    this.exitHook = ExitHook.closing("postgres", this::close);
  }

  /// Starts it and returns when it answers.
  ///
  /// - `port` 0 takes any free one.
  /// - `durable`: a commit survives the loss of power, as in production. Without it nothing is
  ///   flushed, which is right for tests only.
  ///
  /// A server that a killed process left behind on this directory is stopped first. A directory
  /// that a live process uses is refused with `IllegalStateException`.
  public static EmbeddedPostgres start(Path dataDir, int port, boolean durable) throws IOException {
    if (QUIET.getLevel() == null) {
      QUIET.setLevel(Level.WARNING);
    }
    var lock = DirectoryLock.take(dataDir);
    try {
      var data = dataDir.resolve("data");
      boolean fresh = prepare(data);
      var _ = Orphan.stop(data.resolve("postmaster.pid"));
      var builder =
          io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(binariesDirectory().toFile())
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPGStartupWait(START_WAIT)
              .setPort(FreePort.orAny(port))
              .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log(dataDir)))
              .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log(dataDir)));
      settings(durable).forEach(builder::setServerConfig);
      var started = new EmbeddedPostgres(builder.start(), lock);
      if (fresh) {
        started.createDatabase();
        Files.createFile(data.resolve(READY));
      }
      return started;
    } catch (IOException | RuntimeException failure) {
      lock.close();
      throw failure;
    }
  }

  /// Stops a server that a killed process left behind on this directory, and tells whether there
  /// was one. Does nothing while a live process uses the directory.
  public static boolean stopOrphan(Path dataDir) throws IOException {
    if (!Files.isDirectory(dataDir)) {
      return false;
    }
    try (var _ = DirectoryLock.take(dataDir)) {
      return Orphan.stop(dataDir.resolve("data").resolve("postmaster.pid"));
    } catch (IllegalStateException _) {
      return false; // in use: no orphan
    }
  }

  /// Leaves closing at JVM exit to the caller, who must stop the users of this server first.
  public EmbeddedPostgres withoutExitHook() {
    exitHook.remove();
    return this;
  }

  /// The database of Cardloom, without user.
  public String jdbcUrl() {
    return url(DATABASE);
  }

  public String user() {
    return USER;
  }

  /// Empty: connections from loopback are trusted.
  public String password() {
    return "";
  }

  public int port() {
    return server.getPort();
  }

  /// Ends open sessions, flushes and stops. A second call does nothing.
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    exitHook.remove();
    try {
      server.close();
      lock.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("PostgreSQL did not stop cleanly", failure);
    }
  }

  /// Marks a data directory whose first start went through. Half of one is begun again.
  private static final String READY = "cardloom-ready";

  private static boolean prepare(Path data) throws IOException {
    boolean ready = Files.exists(data.resolve(READY));
    if (!ready && Files.exists(data)) {
      var _ = Orphan.stop(data.resolve("postmaster.pid"));
      Trees.delete(data);
    }
    return !ready;
  }

  private void createDatabase() throws IOException {
    try (var connection = DriverManager.getConnection(url("postgres"), USER, "");
        var statement = connection.createStatement()) {
      // Texts compare by code points, whatever the machine's language: the same order everywhere,
      // and trees of keys need no rules of a language.
      statement.execute(
          "CREATE DATABASE "
              + DATABASE
              + " TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'");
    } catch (SQLException failure) {
      close();
      throw new IOException("could not create the database " + DATABASE, failure);
    }
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database;
  }

  private static File log(Path dataDir) {
    return dataDir.resolve("postgres.log").toFile();
  }

  /// Unpacked once per user and version; some 50 MB.
  private static Path binariesDirectory() throws IOException {
    var home = Path.of(System.getProperty("user.home"));
    var directory = home.resolve(".cache").resolve("cardloom").resolve("postgres");
    try {
      Files.createDirectories(directory);
      return directory;
    } catch (IOException _) {
      return Path.of(System.getProperty("java.io.tmpdir"));
    }
  }

  /// Sized for a developer's machine with two cores; the defaults of PostgreSQL are for less.
  private static Map<String, String> settings(boolean durable) {
    var onlyDurable = durable ? "on" : "off";
    var settings = new LinkedHashMap<String, String>();
    settings.put("fsync", onlyDurable);
    settings.put("synchronous_commit", onlyDurable);
    settings.put("full_page_writes", onlyDurable);
    settings.put("shared_buffers", durable ? "512MB" : "128MB");
    settings.put("effective_cache_size", "2GB");
    settings.put("work_mem", "32MB");
    settings.put("maintenance_work_mem", "256MB");
    settings.put("max_wal_size", "2GB");
    settings.put("wal_buffers", "16MB");
    settings.put("max_wal_senders", "0");
    settings.put("wal_level", "minimal");
    settings.put("checkpoint_timeout", "15min");
    settings.put("random_page_cost", "1.1");
    settings.put("jit", "off");
    settings.put("max_connections", "200");
    settings.put("autovacuum_naptime", "15s");
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("unix_socket_directories", "");
    settings.put("log_min_messages", "warning");
    settings.put("log_checkpoints", "off");
    return settings;
  }
}
