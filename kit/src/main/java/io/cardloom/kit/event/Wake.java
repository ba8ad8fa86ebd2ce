package io.cardloom.kit.event;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;

/// Wakes a loop of any instance when a transaction commits, by NOTIFY. Loops also look by
/// themselves now and then, so a lost wake-up costs a moment only.
///
/// Holds one connection outside the pool. Used by one thread.
public final class Wake implements AutoCloseable {
  private static final String NOTIFY = "SELECT pg_notify(current_schema() || ?, '')";

  private final Connection connection;

  private Wake(Connection connection) {
    this.connection = connection;
  }

  /// Listens for `channel` of this service's schema. The name is a constant of the code.
  public static Wake on(Db db, String channel) throws SQLException {
    Connection connection = db.dedicated();
    try (var statement = connection.createStatement()) {
      statement.execute("LISTEN \"" + db.schema() + "_" + channel + "\"");
    } catch (SQLException failure) {
      connection.close();
      throw failure;
    }
    return new Wake(connection);
  }

  /// Wakes the listeners of `channel` when this transaction commits.
  public static void at(Tx tx, String channel) {
    tx.one(NOTIFY, _ -> true, "_" + channel);
  }

  /// Waits for a wake-up, at most `wait`. Returns whether one came.
  public boolean await(Duration wait) throws SQLException {
    var notes = connection.unwrap(PGConnection.class).getNotifications((int) wait.toMillis());
    return notes != null && notes.length > 0;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException _) {
      // It is gone either way.
    }
  }
}
