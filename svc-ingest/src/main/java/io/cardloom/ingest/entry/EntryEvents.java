package io.cardloom.ingest.entry;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.event.OutboxEvent;
import io.cardloom.kit.event.Topics;
import io.cardloom.proto.events.v1.EntryChanged;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Entries as events: the whole new state and its version.
public final class EntryEvents {
  private EntryEvents() {}

  /// An event a row, in the order of the rows.
  public static List<OutboxEvent> changed(Caller caller, String sourceId, List<EntryRow> rows) {
    return rows.stream().map(row -> changed(caller, sourceId, row)).toList();
  }

  private static OutboxEvent changed(Caller caller, String sourceId, EntryRow row) {
    var event =
        EntryChanged.newBuilder()
            .setTenant(caller.tenant())
            .setSourceId(sourceId)
            .setEntryId(row.key())
            .setVersion(row.version())
            .setDeleted(row.deleted())
            .setBody(row.deleted() ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(row.body()))
            .setAcceptedAtMicros(micros(row.updatedAt()))
            .setCorrelationId(caller.correlationId())
            .build();
    return new OutboxEvent(
        Topics.ENTRY_CHANGED,
        OutboxEvent.key(caller.tenant(), sourceId, row.key()),
        event.toByteArray(),
        caller.correlationId());
  }

  /// Microseconds since 1970.
  static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }
}
