package io.cardloom.local.load;

import io.cardloom.local.catalogue.SourceSchema;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.rows.Row;
import io.cardloom.local.rows.RowReader;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Sends the rows of a file to a data source: batches of up to [#ENTRIES_MAX] entries and
/// [#CHARS_MAX] characters, [#ON_THEIR_WAY_MAX] at once. Rows of one key arrive in the order of the
/// file: a batch waits while another with one of its keys is on its way.
public final class LoadFile {
  static final int ENTRIES_MAX = 1000;

  /// Half of what the service takes at most, since a character may be several bytes.
  static final int CHARS_MAX = 5_000_000;

  /// More does not help on two cores: the service is the limit.
  static final int ON_THEIR_WAY_MAX = 4;

  private final McpClient mcp;
  private final Target target;
  private final LoadReport report;
  private final Semaphore places = new Semaphore(ON_THEIR_WAY_MAX);
  private final Set<String> keysOnTheirWay = new HashSet<>();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final Confirmed confirmed;

  /// Where the rows go.
  ///
  /// @param keyFields properties that make the entry id, joined by `_`; they stay values too when
  ///   there are several
  /// @param inferProperties add unknown properties instead of refusing them
  public record Target(
      String sourceId, SourceSchema schema, List<String> keyFields, boolean inferProperties) {
    public Target {
      keyFields = List.copyOf(keyFields);
    }
  }

  /// @param confirmed told how many lines from the start of the file are settled
  public LoadFile(McpClient mcp, Target target, LoadReport report, Confirmed confirmed) {
    this.mcp = mcp;
    this.target = target;
    this.report = report;
    this.confirmed = confirmed;
  }

  /// Sends every row after `linesDone`. Returns when all are settled; the first failure of a call
  /// ends it, with the batches before it settled.
  public void run(RowReader rows, long linesDone) throws IOException {
    var order = new SettledOrder(confirmed);
    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      var batch = new Batch(target, order.next());
      for (Row row = rows.next(); row != null && failure.get() == null; row = rows.next()) {
        if (row.line() <= linesDone) {
          continue;
        }
        report.seen();
        switch (row) {
          case Row.Unreadable(long line, String why) -> {
            report.bad(line, why);
            batch.lastLine(line);
          }
          case Row.Read read -> {
            var entry = Batch.Entry.of(read, target);
            if (entry.problem() != null) {
              report.bad(read.line(), entry.problem());
              batch.lastLine(read.line());
            } else {
              if (!batch.takes(entry)) {
                send(senders, batch, order);
                batch = new Batch(target, order.next());
              }
              batch.add(entry);
            }
          }
        }
      }
      if (failure.get() == null) {
        send(senders, batch, order);
      }
    }
    var first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private void send(ExecutorService senders, Batch batch, SettledOrder order) {
    if (batch.isEmpty()) {
      order.settled(batch.number(), batch.lastLine());
      return;
    }
    occupy(batch);
    senders.execute(() -> {
      try {
        new SendBatch(mcp, target, report).send(batch);
        order.settled(batch.number(), batch.lastLine());
      } catch (RuntimeException problem) {
        failure.compareAndSet(null, problem);
      } finally {
        free(batch);
      }
    });
  }

  /// Waits for a place, and for batches with the same keys to arrive.
  private void occupy(Batch batch) {
    places.acquireUninterruptibly();
    synchronized (keysOnTheirWay) {
      while (batch.keys().stream().anyMatch(keysOnTheirWay::contains)) {
        try {
          keysOnTheirWay.wait(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          failure.compareAndSet(null, new IllegalStateException("interrupted"));
          return;
        }
      }
      keysOnTheirWay.addAll(batch.keys());
    }
  }

  private void free(Batch batch) {
    synchronized (keysOnTheirWay) {
      keysOnTheirWay.removeAll(batch.keys());
      keysOnTheirWay.notifyAll();
    }
    places.release();
  }
}
