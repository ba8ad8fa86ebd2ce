package io.cardloom.metrics.audit;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.util.LinkedHashMap;
import java.util.List;

/// Keeps records as they come, each once.
public final class RecordAudit implements EventLoop.Handler<AuditRecorded> {
  private final AuditStore records;

  public RecordAudit(AuditStore records) {
    this.records = records;
  }

  @Override
  public void handle(Tx tx, List<AuditRecorded> batch) throws Exception {
    var byId = new LinkedHashMap<String, AuditRecorded>();
    for (AuditRecorded record : batch) byId.putIfAbsent(record.getId(), record);
    records.add(tx, List.copyOf(byId.values()));
  }
}
