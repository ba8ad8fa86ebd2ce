package io.cardloom.bench.suite;

import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Corpus;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A connection for each client of the baseline.
final class Readers implements AutoCloseable {
  private final List<Connection> connections = new ArrayList<>();
  private final BlockingQueue<Shelf.Reader> free = new LinkedBlockingQueue<>();

  Readers(BenchStack stack, int count) throws SQLException {
    for (int i = 0; i < count; i++) connections.add(stack.database());
  }

  void fill(Corpus corpus, int rows) throws SQLException, IOException {
    new Shelf(connections.getFirst()).fill(corpus, rows);
    for (var connection : connections) free.add(new Shelf.Reader(connection));
  }

  interface Query {
    int run(Shelf.Reader reader) throws SQLException;
  }

  /// Throws `IllegalStateException` where the query fails.
  int ask(Query query) {
    Shelf.Reader reader;
    try {
      reader = free.take();
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", failure);
    }
    try {
      return query.run(reader);
    } catch (SQLException failure) {
      throw new IllegalStateException("the query by hand failed", failure);
    } finally {
      free.add(reader);
    }
  }

  @Override
  public void close() throws SQLException {
    for (var connection : connections) connection.close();
  }
}
