package io.cardloom.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.AuditSender;
import io.cardloom.kit.event.EventSender;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.event.MetricSender;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.proto.events.v1.AuditRecorded;
import io.cardloom.proto.metrics.v1.AuditLogGrpc;
import io.cardloom.proto.metrics.v1.MetricPoint;
import io.cardloom.proto.metrics.v1.MetricsGrpc;
import io.cardloom.proto.metrics.v1.QueryMetricRequest;
import io.cardloom.proto.metrics.v1.SearchAuditLogRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The service as it runs, restarted in between.
final class MetricsMainTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  private static MetricsConfig config(DbConfig db, KafkaConfig kafka) {
    var settings = new HashMap<String, String>();
    settings.put("keys", TestKeys.folder().toString());
    settings.put("db.url", db.url());
    settings.put("db.user", db.user());
    settings.put("db.password", db.password());
    settings.put("db.schema", db.schema());
    settings.put("db.role", db.role());
    settings.put("kafka.bootstrap", kafka.bootstrap());
    settings.put("kafka.prefix", kafka.prefix());
    return MetricsConfig.from(Settings.of(settings));
  }

  @Test
  void whatServicesTellIsCountedOverARestart() {
    DbConfig db = TestServers.freshSchema();
    KafkaConfig kafka = TestServers.freshTopics();
    for (int run = 1; run <= 2; run++) {
      long wanted = 100L * run;
      try (var service = MetricsMain.start(config(db, kafka));
          var sender = EventSender.open(kafka);
          var peer =
              Peer.open(
                  "svc-metrics",
                  "127.0.0.1:" + service.grpcPort(),
                  TestKeys.signer("aggregator"))) {
        TestWorkspaces.provision(service, "acme");
        var metrics = new MetricSender(sender);
        for (int i = 0; i < 100; i++) {
          metrics.one("acme", "visible.latency", "ms", i, Map.of("endpoint", "e" + i % 3));
        }
        var stub = MetricsGrpc.newBlockingStub(peer.as(TestKeys.everything("acme"), WAIT));
        new AuditSender(sender)
            .send(
                AuditRecorded.newBuilder()
                    .setTenant("acme")
                    .setId("record-" + run)
                    .setAtMicros(System.currentTimeMillis() * 1000)
                    .setTool("import_data")
                    .build());
        var log = AuditLogGrpc.newBlockingStub(peer.as(TestKeys.everything("acme"), WAIT));
        int records = run;
        await()
            .ignoreExceptions()
            .untilAsserted(() -> {
              var found =
                  log.searchAuditLog(SearchAuditLogRequest.getDefaultInstance()).getRecordsList();
              assertThat(found)
                  .filteredOn(one -> one.getTool().equals("import_data"))
                  .hasSize(records);
              // What the command line did, which does not come by the aggregator.
              assertThat(found)
                  .filteredOn(one -> one.getTool().equals("provision_workspace"))
                  .hasSize(records)
                  .allMatch(one -> one.getSubject().equals("local"));
            });
        Instant now = Instant.now();
        var query =
            QueryMetricRequest.newBuilder()
                .setName("visible.latency")
                .setFrom(now.minusSeconds(3600).toString())
                .setTo(now.plusSeconds(3600).toString())
                .build();
        await()
            .ignoreExceptions()
            .untilAsserted(() ->
                assertThat(
                        stub.queryMetric(query).getPointsList().stream()
                            .mapToLong(MetricPoint::getCount)
                            .sum())
                    .isEqualTo(wanted));
        assertThat(service.failures()).isEmpty();
      }
    }
  }
}
