package io.cardloom.cards.card;

import io.cardloom.cards.definition.DefinitionId;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.MetricSender;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.run.Loop;
import io.cardloom.proto.events.v1.EntryChanged;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Hears what happens to entries and brings their cards up to it, a poll a transaction. Measures,
/// once a poll is committed, how long its changes took from accepted to card.
public final class EntryEvents implements Loop.Body {
  /// From an entry's change accepted to its card changed, by definition.
  static final String LATENCY = "cards.latency";

  private final EventLoop<EntryChanged> events;
  private final BuildCards build;
  private final Lane lane;
  private final MetricSender metrics;
  private final Clock clock;

  /// Cards changed by the poll, by tenant: a transaction that runs again tells them again.
  private final Map<String, List<Card>> told = new HashMap<>();

  /// @param group the service: its instances share the work
  /// @param batchRecordsMax most events of one transaction, at most [BuildCards#BATCH_MAX]
  public EntryEvents(
      Db db,
      KafkaConfig kafka,
      Lane lane,
      String group,
      BuildCards build,
      MetricSender metrics,
      Clock clock,
      int batchRecordsMax) {
    this.build = build;
    this.lane = lane;
    this.metrics = metrics;
    this.clock = clock;
    this.events =
        new EventLoop<>(
            db,
            kafka,
            lane,
            group,
            Topics.ENTRY_CHANGED,
            EntryChanged.parser(),
            EntryChanged::getTenant,
            this::handle,
            batchRecordsMax);
  }

  @Override
  public int once() {
    told.clear();
    int heard = events.once();
    measure(clock.instant());
    return heard;
  }

  @Override
  public double behind() {
    return events.behind();
  }

  private void handle(Tx tx, List<EntryChanged> batch) throws SQLException, IOException {
    List<EntryChange> changes = batch.stream().map(EntryChange::of).toList();
    told.put(batch.getFirst().getTenant(), build.run(tx, lane, changes));
  }

  private void measure(Instant now) {
    var latencies = new HashMap<DefinitionId, DoubleSummaryStatistics>();
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
    told.values().stream()
        .flatMap(List::stream)
        .forEach(card ->
            latencies
                .computeIfAbsent(card.key().definition(), _ -> new DoubleSummaryStatistics())
                .accept((micros - card.acceptedAtMicros()) / 1e3));
    latencies.forEach((definition, ms) ->
        metrics.many(
            definition.tenant(),
            LATENCY,
            "ms",
            ms.getCount(),
            ms.getSum(),
            ms.getMin(),
            ms.getMax(),
            Map.of("cardDefinition", definition.id())));
  }

  @Override
  public void close() {
    events.close();
  }
}
