package io.cardloom.metrics.audit;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/// Keeps records as they come, each once, and of what the operator does with a workspace: that does
/// not come by the aggregator, and every service hears of it, this one for the log.
public final class RecordAudit implements EventLoop.Handler<AuditRecorded> {
  private final AuditStore records;
  private final Clock clock;

  public RecordAudit(AuditStore records, Clock clock) {
    this.records = records;
    this.clock = clock;
  }

  @Override
  public void handle(Tx tx, List<AuditRecorded> batch) throws Exception {
    var byId = new LinkedHashMap<String, AuditRecorded>();
    for (AuditRecorded record : batch) byId.putIfAbsent(record.getId(), record);
    records.add(tx, List.copyOf(byId.values()));
  }

  /// In the transaction of the change.
  public void change(Tx tx, Caller operator, String what) throws SQLException {
    records.add(
        tx,
        List.of(
            AuditRecorded.newBuilder()
                .setTenant(operator.tenant())
                .setId(UUID.randomUUID().toString())
                .setAtMicros(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                .setSubject(operator.subject())
                .setName("Command line of the installation")
                .setTool(what)
                .setOutcome("ok")
                .setCorrelationId(operator.correlationId())
                .build()));
  }
}
