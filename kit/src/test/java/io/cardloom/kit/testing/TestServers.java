package io.cardloom.kit.testing;

import io.cardloom.embedded.EmbeddedKafka;
import io.cardloom.embedded.EmbeddedPostgres;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.KafkaConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// The real PostgreSQL and Kafka of a test run: those of `CARDLOOM_TEST_PG` (a JDBC URL with user)
/// and `CARDLOOM_TEST_KAFKA` (a bootstrap list), else started once by this JVM: as programs of
/// their own, or as containers where the property `cardloom.test.servers` says `containers`.
///
/// Every test gets its own schema and its own topic prefix, so tests run side by side.
public final class TestServers {
  private static final boolean CONTAINERS =
      switch (System.getProperty("cardloom.test.servers", "embedded")) {
        case "embedded" -> false;
        case "containers" -> true;
        default ->
            throw new IllegalArgumentException(
                "cardloom.test.servers must be embedded or containers");
      };

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String RUN = UUID.randomUUID().toString().substring(0, 8);

  private TestServers() {}

  private static final class Postgres {
    static final String URL = url();

    private static String url() {
      String given = System.getenv("CARDLOOM_TEST_PG");
      if (given != null) return given;
      if (CONTAINERS) return ContainerServers.postgresUrl();
      try {
        Path folder = Files.createTempDirectory("cardloom-test-postgres");
        var server = EmbeddedPostgres.start(folder, 0, false).withoutExitHook();
        atExit(server, folder);
        return server.jdbcUrl();
      } catch (IOException failure) {
        throw new UncheckedIOException(
            "PostgreSQL did not start; set CARDLOOM_TEST_PG to the JDBC URL of one that runs",
            failure);
      }
    }
  }

  private static final class Kafka {
    static final String BOOTSTRAP = bootstrap();

    private static String bootstrap() {
      String given = System.getenv("CARDLOOM_TEST_KAFKA");
      if (given != null) return given;
      if (CONTAINERS) return ContainerServers.kafkaBootstrap();
      try {
        Path folder = Files.createTempDirectory("cardloom-test-kafka");
        var server = EmbeddedKafka.start(folder, 0, 0).withoutExitHook();
        atExit(server, folder);
        return server.bootstrap();
      } catch (IOException failure) {
        throw new UncheckedIOException(
            "Kafka did not start; set CARDLOOM_TEST_KAFKA to the bootstrap of one that runs",
            failure);
      }
    }
  }

  /// JDBC URL of the server.
  public static String postgresUrl() {
    return Postgres.URL;
  }

  /// A new schema name, and a small pool.
  public static DbConfig freshSchema() {
    return config("t" + RUN + "_" + NUMBER.incrementAndGet());
  }

  /// The schema of an open database once more, as another instance of its service has it.
  public static DbConfig again(Db db) {
    return config(db.schema());
  }

  /// Roles are the server's, so tests share one: a server that outlives them would collect them.
  private static DbConfig config(String schema) {
    return new DbConfig(postgresUrl(), "postgres", "", schema, 4, "cardloom_test");
  }

  /// A new topic prefix on the broker.
  public static KafkaConfig freshTopics() {
    return new KafkaConfig(
        Kafka.BOOTSTRAP, "t" + RUN + "-" + NUMBER.incrementAndGet() + "-", 2, 1, 2);
  }

  /// Closes the server, then deletes its files: a broker whose files vanish under it halts the
  /// process.
  private static void atExit(AutoCloseable server, Path folder) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              try {
                server.close();
              } catch (Exception failure) {
                System.err.println("a test server did not close: " + failure);
              }
              delete(folder);
            }));
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException _) {
      // A folder of temporary files may outlive the run.
    }
  }
}
