package io.cardloom.metrics.series;

import io.cardloom.proto.events.v1.MetricSample;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.TreeMap;

/// Measurements of one metric with the same tags in one minute.
///
/// @param tags canonical JSON object, names in order
record Rollup(
    String tenant,
    String name,
    String unit,
    Instant minute,
    String tags,
    long count,
    double sum,
    double min,
    double max) {

  /// What two samples share to be counted together; in this order rows are written, so that two
  /// transactions lock them in the same order.
  static final Comparator<Rollup> BY_ROW =
      Comparator.comparing(Rollup::tenant)
          .thenComparing(Rollup::name)
          .thenComparing(Rollup::minute)
          .thenComparing(Rollup::tags);

  static Rollup of(MetricSample sample) {
    return new Rollup(
        sample.getTenant(),
        sample.getName(),
        sample.getUnit(),
        at(sample).truncatedTo(ChronoUnit.MINUTES),
        json(sample),
        sample.getCount(),
        sample.getSum(),
        sample.getMin(),
        sample.getMax());
  }

  /// When it was measured.
  static Instant at(MetricSample sample) {
    return Instant.EPOCH.plus(sample.getAtMicros(), ChronoUnit.MICROS);
  }

  Rollup plus(Rollup other) {
    return new Rollup(
        tenant,
        name,
        unit,
        minute,
        tags,
        count + other.count,
        sum + other.sum,
        Math.min(min, other.min),
        Math.max(max, other.max));
  }

  private static String json(MetricSample sample) {
    return json(new TreeMap<>(sample.getTagsMap()));
  }

  /// A JSON object of texts.
  static String json(java.util.Map<String, String> tags) {
    var json = new StringBuilder("{");
    tags.forEach((tag, value) -> {
      if (json.length() > 1) json.append(',');
      quote(json, tag);
      json.append(':');
      quote(json, value);
    });
    return json.append('}').toString();
  }

  /// PostgreSQL holds no NUL character.
  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') json.append('\\').append(c);
      else if (c == 0) json.append('\uFFFD');
      else if (c < 0x20) json.append(String.format("\\u%04x", (int) c));
      else json.append(c);
    }
    json.append('"');
  }
}
