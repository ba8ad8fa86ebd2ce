package io.cardloom.cards.card;

import io.cardloom.index.Body;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.events.v1.EntryChanged;

/// The newest state of an entry, as an event or a backfill tells it.
///
/// @param version grows with every change of the entry, also over a delete
/// @param json canonical JSON of all values; empty when deleted
/// @param acceptedAtMicros when that state was accepted, microseconds since 1970
/// @param correlationId of the batch that brought it
record EntryChange(
    Entry entry,
    long version,
    boolean deleted,
    byte[] json,
    long acceptedAtMicros,
    String correlationId) {

  /// An entry of a source.
  record Entry(String tenant, String source, String key) {}

  static EntryChange of(EntryChanged event) {
    return new EntryChange(
        new Entry(event.getTenant(), event.getSourceId(), event.getEntryId()),
        event.getVersion(),
        event.getDeleted(),
        event.getBody().toByteArray(),
        event.getAcceptedAtMicros(),
        event.getCorrelationId());
  }

  static EntryChange of(
      String tenant, String source, ScannedDocument document, String correlationId) {
    return new EntryChange(
        new Entry(tenant, source, document.getKey()),
        document.getVersion(),
        false,
        document.getBody().toByteArray(),
        document.getAcceptedAtMicros(),
        correlationId);
  }

  /// The values, parsed.
  Body body() {
    return deleted ? Body.EMPTY : Body.parse(json);
  }
}
