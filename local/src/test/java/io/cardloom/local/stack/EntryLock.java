package io.cardloom.local.stack;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Holds the entries of a stack, so that a call that reads them takes as long as a test wants.
final class EntryLock implements AutoCloseable {
  private final String url;
  private @Nullable Connection held;

  EntryLock(RunningStack stack) {
    this.url =
        "jdbc:postgresql://127.0.0.1:" + stack.state().options().ports().postgres() + "/cardloom";
  }

  void take() throws SQLException {
    var connection = DriverManager.getConnection(url, "postgres", "");
    held = connection;
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("LOCK TABLE ingest.entry IN ACCESS EXCLUSIVE MODE");
    }
  }

  void give() throws SQLException {
    if (held != null) {
      held.close(); // and what it holds ends with it
      held = null;
    }
  }

  @Override
  public void close() throws SQLException {
    give();
  }
}
