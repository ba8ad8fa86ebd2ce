package io.cardloom.metrics.series;

import io.cardloom.kit.db.Tx;
import io.cardloom.proto.events.v1.MetricSample;
import io.helidon.dbclient.DbRow;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Metrics as rows. Every method joins the caller's transaction; none goes row by row.
public final class SeriesStore {
  /// Most metrics of a workspace that a list gives.
  private static final int LIST_MAX = 1_000;

  /// Most rows one step of the retention deletes from a table.
  static final int FORGET_MAX = 10_000;

  private static final String REMEMBER =
      """
      INSERT INTO counted_sample (sample_id, at)
      SELECT sample_id, at FROM unnest(?, ?) AS s (sample_id, at) ORDER BY sample_id
      ON CONFLICT DO NOTHING
      RETURNING sample_id
      """;
  private static final String ADD =
      """
      INSERT INTO metric_minute AS m (tenant, name, minute, tags, count, sum, min, max)
      SELECT tenant, name, minute, cast(tags AS jsonb), count, sum, min, max
        FROM unnest(?, ?, ?, ?, ?, ?, ?, ?) AS n (tenant, name, minute, tags, count, sum, min, max)
      ON CONFLICT (tenant, name, minute, tags) DO UPDATE
         SET count = m.count + excluded.count, sum = m.sum + excluded.sum,
             min = least(m.min, excluded.min), max = greatest(m.max, excluded.max)
      """;
  private static final String SEEN =
      """
      INSERT INTO metric AS m (tenant, name, unit, first_at, last_at)
      SELECT tenant, name, min(unit), min(minute), max(minute)
        FROM unnest(?, ?, ?, ?) AS n (tenant, name, unit, minute)
       GROUP BY tenant, name
       ORDER BY tenant, name
      ON CONFLICT (tenant, name) DO UPDATE
         SET unit = excluded.unit, first_at = least(m.first_at, excluded.first_at),
             last_at = greatest(m.last_at, excluded.last_at)
       WHERE m.unit <> excluded.unit OR m.first_at > excluded.first_at OR m.last_at < excluded.last_at
      """;
  private static final String LIST =
      """
      SELECT name, unit, first_at, last_at
        FROM metric
       WHERE tenant = ? AND strpos(name, ?) > 0
       ORDER BY name
       LIMIT ?
      """;
  private static final String FIND =
      "SELECT name, unit, first_at, last_at FROM metric WHERE tenant = ? AND name = ?";
  private static final String BUCKETS =
      """
      SELECT date_bin(? * interval '1 minute', minute, ?) AS at,
             sum(count) AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max
        FROM metric_minute
       WHERE tenant = ? AND name = ? AND minute >= ? AND minute < ? AND tags @> cast(? AS jsonb)
       GROUP BY 1
       ORDER BY 1
      """;
  private static final String FORGET_SAMPLES =
      """
      DELETE FROM counted_sample
       WHERE ctid = ANY (ARRAY (SELECT ctid FROM counted_sample WHERE at < ? LIMIT ? FOR UPDATE SKIP LOCKED))
      """;
  private static final String FORGET_MINUTES =
      """
      DELETE FROM metric_minute
       WHERE ctid = ANY (ARRAY (SELECT ctid FROM metric_minute WHERE minute < ? LIMIT ? FOR UPDATE SKIP LOCKED))
      """;
  private static final String FORGET_METRICS = "DELETE FROM metric WHERE last_at < ?";

  /// A metric there is. Times are whole minutes.
  record Metric(String name, String unit, Instant firstAt, Instant lastAt) {}

  /// Measurements of one bucket.
  record Point(Instant at, long count, double sum, double min, double max) {}

  /// Keeps the ids of samples; returns those that were not known.
  List<String> remember(Tx tx, List<MetricSample> samples) throws SQLException {
    return tx.list(
        REMEMBER,
        row -> row.column("sample_id").getString(),
        tx.array("text", samples.stream().map(MetricSample::getSampleId).toArray()),
        tx.array("timestamptz", samples.stream().map(sample -> utc(Rollup.at(sample))).toArray()));
  }

  /// Adds to the minutes, and tells which metrics there are.
  void add(Tx tx, List<Rollup> rollups) throws SQLException {
    var columns = new Columns(tx, rollups);
    tx.update(
        ADD,
        columns.array("text", Rollup::tenant),
        columns.array("text", Rollup::name),
        columns.array("timestamptz", rollup -> utc(rollup.minute())),
        columns.array("text", Rollup::tags),
        columns.array("int8", Rollup::count),
        columns.array("float8", Rollup::sum),
        columns.array("float8", Rollup::min),
        columns.array("float8", Rollup::max));
    tx.update(
        SEEN,
        columns.array("text", Rollup::tenant),
        columns.array("text", Rollup::name),
        columns.array("text", Rollup::unit),
        columns.array("timestamptz", rollup -> utc(rollup.minute())));
  }

  private record Columns(Tx tx, List<Rollup> rollups) {
    java.sql.Array array(String type, Function<Rollup, Object> value) throws SQLException {
      return tx.array(type, rollups.stream().map(value).toArray());
    }
  }

  /// In order of names, at most 1,000; those that contain `part`.
  List<Metric> list(Tx tx, String tenant, String part) {
    return tx.list(LIST, SeriesStore::metric, tenant, part, LIST_MAX);
  }

  Optional<Metric> find(Tx tx, String tenant, String name) {
    return tx.one(FIND, SeriesStore::metric, tenant, name);
  }

  /// Buckets that have measurements, in order of time, the first beginning at `from`.
  ///
  /// @param tags samples that have all of these
  List<Point> buckets(
      Tx tx,
      String tenant,
      String name,
      Instant from,
      Instant to,
      Duration bucket,
      Map<String, String> tags) {
    return tx.list(
        BUCKETS,
        row ->
            new Point(
                instant(row, "at"),
                row.column("count").get(java.math.BigDecimal.class).longValueExact(),
                row.column("sum").getDouble(),
                row.column("min").getDouble(),
                row.column("max").getDouble()),
        bucket.toMinutes(),
        from.atOffset(ZoneOffset.UTC),
        tenant,
        name,
        from.atOffset(ZoneOffset.UTC),
        to.atOffset(ZoneOffset.UTC),
        Rollup.json(new TreeMap<>(tags)));
  }

  /// Forgets ids of samples before `samplesBefore` and minutes before `minutesBefore`, at most
  /// 10,000 of each. Returns how many rows.
  long forget(Tx tx, Instant samplesBefore, Instant minutesBefore) {
    tx.update(FORGET_METRICS, minutesBefore.atOffset(ZoneOffset.UTC));
    return tx.update(FORGET_SAMPLES, samplesBefore.atOffset(ZoneOffset.UTC), FORGET_MAX)
        + tx.update(FORGET_MINUTES, minutesBefore.atOffset(ZoneOffset.UTC), FORGET_MAX);
  }

  private static String utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC).toString();
  }

  private static Metric metric(DbRow row) {
    return new Metric(
        row.column("name").getString(),
        row.column("unit").getString(),
        instant(row, "first_at"),
        instant(row, "last_at"));
  }

  private static Instant instant(DbRow row, String column) {
    return row.column(column).get(Timestamp.class).toInstant();
  }
}
