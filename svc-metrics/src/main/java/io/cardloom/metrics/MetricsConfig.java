package io.cardloom.metrics;

import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.run.ServerConfig;
import io.cardloom.kit.run.Settings;
import java.time.Duration;

/// Settings of svc-metrics.
///
/// @param keep how long minutes are kept, key `metrics.keep`
/// @param auditKeep how long audit records are kept, key `audit.keep`; at least 90 days
/// @param batchRecordsMax most samples of one transaction, key `metrics.batch-records-max`
public record MetricsConfig(
    ServerConfig server,
    DbConfig db,
    KafkaConfig kafka,
    Duration keep,
    Duration auditKeep,
    int batchRecordsMax) {

  private static final Duration AUDIT_KEEP_MIN = Duration.ofDays(90);

  public MetricsConfig {
    if (keep.compareTo(Duration.ofDays(2)) < 0) {
      throw new IllegalArgumentException("setting metrics.keep must be at least P2D");
    }
    if (auditKeep.compareTo(AUDIT_KEEP_MIN) < 0) {
      throw new IllegalArgumentException("setting audit.keep must be at least P90D");
    }
    if (batchRecordsMax < 1) {
      throw new IllegalArgumentException("setting metrics.batch-records-max must be >= 1");
    }
  }

  public static MetricsConfig from(Settings settings) {
    return new MetricsConfig(
        ServerConfig.from(settings),
        DbConfig.from(settings, "metrics"),
        KafkaConfig.from(settings),
        settings.duration("metrics.keep", Duration.ofDays(30)),
        settings.duration("audit.keep", Duration.ofDays(400)),
        settings.number("metrics.batch-records-max", 2_000));
  }
}
