package io.cardloom.kit.event;

import io.cardloom.kit.call.Trace;
import io.cardloom.kit.db.CopyRows;
import io.cardloom.kit.db.Tx;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/// Events that commit together with the rows they tell of. Append after the row writes: the row
/// lock is what orders the events of one object.
public final class Outbox {
  static final String CHANNEL = "outbox";

  /// Appends the events in this order and wakes the lane's relay at commit.
  public void append(Tx tx, Lane lane, List<OutboxEvent> events) throws SQLException, IOException {
    if (events.isEmpty()) return;
    var rows =
        CopyRows.into(
            "outbox", "shard", "topic", "key", "payload", "correlation_id", "traceparent");
    String trace = Trace.currentParent();
    for (OutboxEvent event : events) {
      rows.row()
          .int2(lane.shard())
          .text(event.topic())
          .text(event.key())
          .bytes(event.payload())
          .text(event.correlationId())
          .text(trace);
    }
    tx.copy(rows);
    Wake.at(tx, lane.named(CHANNEL));
  }
}
