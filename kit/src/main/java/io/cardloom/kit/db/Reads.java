package io.cardloom.kit.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/// Questions that go to the server together: one way there and back.
///
/// In a transaction that has done nothing yet they are one of their own, which needs neither a
/// statement that begins it nor one that ends it. Each sees what was committed when it began, as
/// every statement does, so they only read, and lock nothing.
public final class Reads {
  /// Largest questions that go together. The server reads on once its answers are taken, and they
  /// are taken once all is sent: what is sent has to fit in between, where 64 KB do.
  private static final int TOGETHER_BYTES_MAX = 16 << 10;

  private final Tx tx;
  private final List<Asked<?>> asked = new ArrayList<>();

  static final class Asked<T> {
    final Sql sql;
    final Sql.Reader<T> reader;
    @Nullable List<T> answer;

    Asked(Sql sql, Sql.Reader<T> reader) {
      this.sql = sql;
      this.reader = reader;
    }

    void read(ResultSet rows) throws SQLException {
      answer = Sql.read(rows, reader);
    }

    List<T> answer() {
      if (answer == null) throw new IllegalStateException("not sent yet");
      return answer;
    }
  }

  Reads(Tx tx) {
    this.tx = tx;
  }

  /// Adds a question for one boolean. What it gives back tells whether it is true, once sent.
  public BooleanSupplier test(Sql sql) {
    var one = new Asked<>(sql, row -> row.getBoolean(1));
    asked.add(one);
    return () -> one.answer().contains(true);
  }

  /// Adds a question for rows, which the statement bounds. What it gives back holds every row's
  /// reading that is not null, once sent.
  public <T> Supplier<List<T>> list(Sql sql, Sql.Reader<T> reader) {
    var one = new Asked<>(sql, reader);
    asked.add(one);
    return one::answer;
  }

  /// Asks all, once.
  public void send() throws SQLException {
    if (asked.isEmpty()) return;
    if (asked.stream().mapToInt(one -> one.sql.bytes()).sum() <= TOGETHER_BYTES_MAX) {
      tx.ask(asked);
    } else {
      tx.begin();
      for (Asked<?> one : asked) tx.ask(List.of(one));
    }
  }

  /// @param first goes before them, and its answer is nobody's; may be empty
  static void send(Connection connection, Sql first, List<Asked<?>> asked) throws SQLException {
    var all = new Sql().add(first);
    for (Asked<?> one : asked) all.add(all.isEmpty() ? "" : "; ").add(one.sql);
    try (PreparedStatement statement = all.bound(connection)) {
      // The driver sends statements together only as long as it does not know their answers' size,
      // and it knows that of statements it has prepared.
      statement.unwrap(PGStatement.class).setPrepareThreshold(0);
      statement.execute();
      if (!first.isEmpty()) statement.getMoreResults();
      for (Asked<?> one : asked) {
        try (ResultSet rows = statement.getResultSet()) {
          one.read(rows);
        }
        statement.getMoreResults();
      }
    }
  }
}
