package io.cardloom.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedPostgresTest {
  @Test
  void dataIsThereAfterARestart(@TempDir Path dir) throws Exception {
    try (var first = EmbeddedPostgres.start(dir, 0, false);
        var connection = connect(first)) {
      execute(connection, "CREATE TABLE shirt (colour text)");
      execute(connection, "INSERT INTO shirt VALUES ('red')");
      assertThatThrownBy(() -> EmbeddedPostgres.start(dir, 0, false))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("in use");
    }
    try (var second = EmbeddedPostgres.start(dir, 0, false);
        var connection = connect(second)) {
      assertThat(one(connection, "SELECT colour FROM shirt")).isEqualTo("red");
    }
  }

  @Test
  void anOrphanIsStoppedByTheNextStart(@TempDir Path dir) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var parent =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                dir.toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("parent.log").toFile())
            .start();
    var pidFile = dir.resolve("data").resolve("postmaster.pid");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(dir.resolve("parent-ready")));
    long orphan = Long.parseLong(Files.readAllLines(pidFile).getFirst());
    parent.destroyForcibly().waitFor();
    assertThat(ProcessHandle.of(orphan)).as("it outlives its parent").isPresent();

    try (var next = EmbeddedPostgres.start(dir, 0, false);
        var connection = connect(next)) {
      assertThat(one(connection, "SELECT colour FROM shirt")).isEqualTo("blue");
    }
    assertThat(ProcessHandle.of(orphan).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void durableMeansAllThreeSwitches(boolean durable, @TempDir Path dir) throws Exception {
    try (var server = EmbeddedPostgres.start(dir, 0, durable);
        var connection = connect(server)) {
      for (var setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
        assertThat(one(connection, "SHOW " + setting)).isEqualTo(durable ? "on" : "off");
      }
    }
  }

  /// Starts a server, writes, and waits to be killed.
  static final class Parent {
    public static void main(String[] args) throws Exception {
      var dir = Path.of(args[0]);
      try (var server = EmbeddedPostgres.start(dir, 0, true);
          var connection = connect(server)) {
        execute(connection, "CREATE TABLE shirt (colour text)");
        execute(connection, "INSERT INTO shirt VALUES ('blue')");
        Files.createFile(dir.resolve("parent-ready"));
        Thread.sleep(60_000);
      }
    }
  }

  private static Connection connect(EmbeddedPostgres server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
