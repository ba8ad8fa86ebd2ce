package io.cardloom.metrics;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.workspace.Workspaces;
import io.cardloom.metrics.audit.AuditRetention;
import io.cardloom.metrics.audit.AuditStore;
import io.cardloom.metrics.audit.RecordAudit;
import io.cardloom.metrics.audit.SearchAuditLog;
import io.cardloom.metrics.series.CountSamples;
import io.cardloom.metrics.series.QueryMetrics;
import io.cardloom.metrics.series.RetentionLoop;
import io.cardloom.metrics.series.SeriesStore;
import io.cardloom.proto.events.v1.AuditRecorded;
import io.cardloom.proto.events.v1.MetricSample;
import java.time.Clock;

/// Wires svc-metrics. Read top to bottom: every part the service has is built here, once.
public final class MetricsMain {
  private static final String NAME = "svc-metrics";

  private MetricsMain() {}

  public static void main(String[] args) {
    Service.run(() -> start(MetricsConfig.from(Settings.ofProcess())));
  }

  public static Service start(MetricsConfig config) {
    var service = Service.named(NAME);
    var clock = Clock.systemUTC();
    Topics.ensure(config.kafka(), Topics.METRIC_SAMPLE, Topics.AUDIT_RECORDED);
    var db = service.using(Db.open(config.db(), "db/kit", "db/metrics"));
    var series = new SeriesStore();
    var audit = new AuditStore();
    var record = new RecordAudit(audit, clock);
    var count = new CountSamples(series, clock);

    var server = config.server();
    return service
        .grpc(
            server,
            new Workspaces(db, record::change),
            new MetricsRpc(new QueryMetrics(db, series)),
            new AuditRpc(new SearchAuditLog(db, audit)))
        .admin(server.host(), server.adminPort())
        .readyWhen("database", db::answers)
        .loop(
            "metric-sample",
            () ->
                new EventLoop<>(
                    db,
                    config.kafka(),
                    Lane.PROMPT,
                    NAME,
                    Topics.METRIC_SAMPLE,
                    MetricSample.parser(),
                    MetricSample::getTenant,
                    count,
                    config.batchRecordsMax()))
        .loop(
            "audit-recorded",
            () ->
                new EventLoop<>(
                    db,
                    config.kafka(),
                    Lane.PROMPT,
                    NAME + "-audit",
                    Topics.AUDIT_RECORDED,
                    AuditRecorded.parser(),
                    AuditRecorded::getTenant,
                    record,
                    config.batchRecordsMax()))
        .loop("audit-retention", () -> new AuditRetention(db, audit, config.auditKeep(), clock))
        .loop("retention", () -> new RetentionLoop(db, series, config.keep(), clock))
        .start();
  }
}
