package io.cardloom.publishing.queue;

import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.index.CollectionId;
import io.cardloom.index.Document;
import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.MetricSender;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.event.OutboxEvent;
import io.cardloom.kit.event.Topics;
import io.cardloom.proto.events.v1.DestinationChanged;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.selection.RowShape;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The one way from changed cards to rows: build, write to the index, tell, settle in the queue,
/// all in the caller's transaction.
///
/// An item that cannot be built or written is set aside with its error and does not hold up the
/// others: a refused batch is written again in halves until the culprit stands alone.
public final class Indexing {
  /// Metric: from accepted to visible.
  static final String VISIBLE_LATENCY = "visible.latency";

  /// Refused writes of one batch after which the rest is set aside untried: then it is not single
  /// items that are wrong.
  private static final int REFUSALS_MAX = 40;

  /// Classes of SQL states that say nothing about the item: connection, lost against another,
  /// resources, shutdown, system.
  private static final Set<String> NOT_THE_ITEM = Set.of("08", "40", "53", "57", "58");

  /// The key was written by another transaction meanwhile; this one runs again.
  private static final String LOST_AGAINST_ANOTHER = "23505";

  private final DocumentIndex index;
  private final QueueStore queue;
  private final Outbox outbox;
  private final MetricSender metrics;
  private final Clock clock;

  /// Where changes come from.
  public enum Source {
    /// A changed card; the queue hears of it when a row changed or a try failed.
    EVENT,
    /// An item of the queue; the queue hears of every end.
    RETRY,
    /// The first filling of an endpoint; it tells nothing about how fast changes become visible.
    BACKFILL
  }

  private record Change(QueueItem item, Document row) {}

  public Indexing(
      DocumentIndex index, QueueStore queue, Outbox outbox, MetricSender metrics, Clock clock) {
    this.index = index;
    this.queue = queue;
    this.outbox = outbox;
    this.metrics = metrics;
    this.clock = clock;
  }

  /// Brings the rows of live endpoints up to date, at most 2,000 items an endpoint. Of several
  /// items of one card the newest counts; items of other endpoints are left alone.
  ///
  /// @param endpoints whose versions stay active until the transaction ends
  public void run(Tx tx, List<Endpoint> endpoints, Collection<QueueItem> items, Source source)
      throws SQLException, IOException {
    var newest = newest(items);
    var settled = new ArrayList<Settled>(items.size());
    for (Endpoint endpoint : endpoints) {
      var mine = newest.get(endpoint.collection());
      if (mine != null) new Batch(tx, endpoint, settled).write(mine.values());
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    outbox.append(tx, Lane.PROMPT, events(settled, now));
    queue.settle(tx, worthKeeping(settled, source), now);
    if (source != Source.BACKFILL) measure(settled, micros(now));
  }

  /// In order of cards, so that two transactions lock rows in the same order.
  private static Map<CollectionId, TreeMap<String, QueueItem>> newest(Collection<QueueItem> items) {
    var newest = new HashMap<CollectionId, TreeMap<String, QueueItem>>();
    for (QueueItem item : items) {
      newest
          .computeIfAbsent(item.endpoint(), _ -> new TreeMap<>())
          .merge(item.cardId(), item, (a, b) -> b.version() >= a.version() ? b : a);
    }
    return newest;
  }

  /// One endpoint's share of a batch.
  private final class Batch {
    private final Tx tx;
    private final Endpoint endpoint;
    private final List<Settled> settled;
    private int refusals;

    Batch(Tx tx, Endpoint endpoint, List<Settled> settled) {
      this.tx = tx;
      this.endpoint = endpoint;
      this.settled = settled;
    }

    void write(Collection<QueueItem> items) throws SQLException {
      RowShape shape = RowShape.of(endpoint.selection());
      var changes = new ArrayList<Change>(items.size());
      for (QueueItem item : items) {
        try {
          changes.add(new Change(item, row(shape, item)));
        } catch (RuntimeException notBuilt) {
          settled.add(new Settled.Failed(item, sentence(notBuilt)));
        }
      }
      if (!changes.isEmpty()) apply(changes);
    }

    private static Document row(RowShape shape, QueueItem item) {
      return item.deleted()
          ? Document.deleted(item.cardId(), item.version(), item.acceptedAtMicros())
          : shape.row(item.cardId(), item.version(), item.body(), item.acceptedAtMicros());
    }

    private void apply(List<Change> changes) throws SQLException {
      Savepoint before = tx.jdbc().setSavepoint();
      try {
        var documents = changes.stream().map(Change::row).toList();
        var written = new HashSet<>(index.apply(tx, endpoint.collection(), documents));
        tx.jdbc().releaseSavepoint(before);
        for (Change change : changes) {
          boolean changed = written.contains(change.item().cardId());
          settled.add(new Settled.Completed(change.item(), change.row(), changed));
        }
      } catch (RuntimeException refused) {
        if (!aboutTheItem(refused)) throw refused;
        tx.jdbc().rollback(before);
        if (changes.size() == 1 || ++refusals > REFUSALS_MAX) {
          String why = sentence(refused);
          changes.forEach(change -> settled.add(new Settled.Failed(change.item(), why)));
          return;
        }
        apply(changes.subList(0, changes.size() / 2));
        apply(changes.subList(changes.size() / 2, changes.size()));
      }
    }
  }

  private static boolean aboutTheItem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        String state = sql.getSQLState();
        return !state.equals(LOST_AGAINST_ANOTHER)
            && (state.length() < 2 || !NOT_THE_ITEM.contains(state.substring(0, 2)));
      }
    }
    return true;
  }

  private static String sentence(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static List<OutboxEvent> events(List<Settled> settled, Instant now) {
    var events = new ArrayList<OutboxEvent>(settled.size());
    for (Settled one : settled) {
      if (!(one instanceof Settled.Completed(var item, var row, var written)) || !written) continue;
      var event =
          DestinationChanged.newBuilder()
              .setTenant(item.endpoint().tenant())
              .setEndpointId(item.endpoint().name())
              .setRowId(row.key())
              .setVersion(row.version())
              .setDeleted(row.deleted())
              .setAcceptedAtMicros(row.acceptedAtMicros())
              .setVisibleAtMicros(micros(now))
              .setCorrelationId(item.correlationId());
      if (!row.deleted()) event.setBody(UnsafeByteOperations.unsafeWrap(row.body().toJson()));
      events.add(
          new OutboxEvent(
              Topics.DESTINATION_CHANGED,
              OutboxEvent.key(item.endpoint().tenant(), item.endpoint().name(), row.key()),
              event.build().toByteArray(),
              item.correlationId()));
    }
    return events;
  }

  /// Tells how long the changes took, a sample an endpoint. Sent before the commit: a transaction
  /// that runs again tells twice.
  private void measure(List<Settled> settled, long nowMicros) {
    var byEndpoint = new HashMap<CollectionId, DoubleSummaryStatistics>();
    for (Settled one : settled) {
      if (one instanceof Settled.Completed(var item, _, var written) && written) {
        byEndpoint
            .computeIfAbsent(item.endpoint(), _ -> new DoubleSummaryStatistics())
            .accept((nowMicros - item.acceptedAtMicros()) / 1000.0);
      }
    }
    byEndpoint.forEach((endpoint, ms) ->
        metrics.many(
            endpoint.tenant(),
            VISIBLE_LATENCY,
            "ms",
            ms.getCount(),
            ms.getSum(),
            ms.getMin(),
            ms.getMax(),
            Map.of("endpoint", endpoint.name())));
  }

  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  private static List<Settled> worthKeeping(List<Settled> settled, Source source) {
    if (source == Source.RETRY) return settled;
    return settled.stream()
        .filter(one ->
            switch (one) {
              case Settled.Completed completed -> completed.written();
              case Settled.Failed _ -> true;
            })
        .toList();
  }
}
