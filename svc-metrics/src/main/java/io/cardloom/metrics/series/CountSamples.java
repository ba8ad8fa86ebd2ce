package io.cardloom.metrics.series;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.proto.events.v1.MetricSample;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts samples into minutes, each sample once: its id is kept in the same transaction, and what
/// is older than ids are kept is not counted at all.
public final class CountSamples implements EventLoop.Handler<MetricSample> {
  private static final Logger log = LoggerFactory.getLogger(CountSamples.class);

  /// How late a sample may come, and how long its id is kept: longer than any outage of this
  /// service should last, and a bound on the table of ids.
  static final Duration LATE_MAX = Duration.ofDays(1);

  /// Clocks of services differ by a little; a sample from further ahead is not counted.
  static final Duration EARLY_MAX = Duration.ofMinutes(10);

  private static final int NAME_CHARS_MAX = 256;

  private final SeriesStore series;
  private final Clock clock;

  public CountSamples(SeriesStore series, Clock clock) {
    this.series = series;
    this.clock = clock;
  }

  @Override
  public void handle(Tx tx, List<MetricSample> samples) throws Exception {
    Instant now = clock.instant();
    var byId = new LinkedHashMap<String, MetricSample>();
    for (MetricSample sample : samples) {
      if (countable(sample, now)) byId.putIfAbsent(sample.getSampleId(), sample);
    }
    if (byId.size() < samples.size()) {
      log.info(
          "{} of {} samples are not counted: repeated, late or empty",
          samples.size() - byId.size(),
          samples.size());
    }
    if (byId.isEmpty()) return;
    Set<String> fresh = new HashSet<>(series.remember(tx, List.copyOf(byId.values())));
    var rollups = new TreeMap<Rollup, Rollup>(Rollup.BY_ROW);
    byId.forEach((id, sample) -> {
      Rollup one = Rollup.of(sample);
      if (fresh.contains(id)) rollups.merge(one, one, Rollup::plus);
    });
    if (!rollups.isEmpty()) series.add(tx, List.copyOf(rollups.values()));
  }

  private static boolean countable(MetricSample sample, Instant now) {
    Instant at = Rollup.at(sample);
    return at.isAfter(now.minus(LATE_MAX))
        && at.isBefore(now.plus(EARLY_MAX))
        && sample.getCount() > 0
        && !sample.getName().isEmpty()
        && !sample.getSampleId().isEmpty()
        && sample.getName().length() <= NAME_CHARS_MAX;
  }
}
