package io.cardloom.bench.suite;

import io.cardloom.bench.stack.Corpus;
import io.cardloom.kit.db.CopyRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/// The least a database can do with entries: `COPY` into one table with a primary key.
final class RawTable {
  private final Connection connection;
  private final String name;

  RawTable(Connection connection, String name) throws SQLException {
    this.connection = connection;
    this.name = name;
    execute(
        "CREATE TABLE IF NOT EXISTS "
            + name
            + " (key text COLLATE \"C\" PRIMARY KEY, version bigint NOT NULL, body bytea NOT NULL)");
  }

  /// Empties it and copies the rows in one transaction. Returns the seconds of the copying.
  double copy(Corpus corpus, int rows) throws SQLException, IOException {
    execute("TRUNCATE " + name);
    long began = System.nanoTime();
    connection.setAutoCommit(false);
    for (int from = 0; from < rows; from += PART) {
      var copy = CopyRows.into(name, "key", "version", "body");
      for (int row = from; row < Math.min(rows, from + PART); row++) {
        copy.row()
            .text(corpus.id(row))
            .int8(1)
            .bytes(corpus.product(row).values().getBytes(StandardCharsets.UTF_8));
      }
      var _ = copy.send(connection.unwrap(PGConnection.class));
    }
    connection.commit();
    connection.setAutoCommit(true);
    return (System.nanoTime() - began) / 1e9;
  }

  /// Empties it and fills it from another one. Returns the seconds of the filling.
  double insertFrom(String other) throws SQLException {
    execute("TRUNCATE " + name);
    long began = System.nanoTime();
    execute("INSERT INTO " + name + " SELECT * FROM " + other);
    return (System.nanoTime() - began) / 1e9;
  }

  /// So that a copy of many rows needs no memory for all of them.
  private static final int PART = 10_000;

  private void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
