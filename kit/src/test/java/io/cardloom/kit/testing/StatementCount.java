package io.cardloom.kit.testing;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Counts what a thread has the database do: each statement, each COPY, each begin and each commit.
/// Read from what the driver tells of its protocol, so nothing in between can hide one.
public final class StatementCount {
  private static final Logger PROTOCOL =
      Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");
  private static final ThreadLocal<int[]> COUNT = new ThreadLocal<>();

  static {
    PROTOCOL.setUseParentHandlers(false);
    PROTOCOL.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            int[] count = COUNT.get();
            if (count != null && counts(record.getMessage())) count[0]++;
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
    PROTOCOL.setLevel(Level.FINEST);
  }

  /// Work of a test.
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  private StatementCount() {}

  private static boolean counts(String message) {
    return message.contains("FE=> Execute(")
        || message.contains("FE=> SimpleQuery(")
        || message.contains("FE=> Query(CopyStart)");
  }

  /// Runs the work on this thread and returns how many there were. What other threads do for it is
  /// not counted.
  public static int of(Work work) throws Exception {
    COUNT.set(new int[1]);
    try {
      work.run();
      return COUNT.get()[0];
    } finally {
      COUNT.remove();
    }
  }
}
