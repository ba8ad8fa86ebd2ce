package io.cardloom.ingest.entry;

import io.cardloom.index.Body;
import io.cardloom.index.CollectionId;
import io.cardloom.index.Document;
import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.proto.events.v1.EntryChanged;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Brings changed entries into the search index: a source's changes at once, each entry once, in
/// its newest state. The index drops what it has passed.
public final class EntryIndexer implements EventLoop.Handler<EntryChanged> {
  private final DocumentIndex index;

  public EntryIndexer(DocumentIndex index) {
    this.index = index;
  }

  @Override
  public void handle(Tx tx, List<EntryChanged> events) {
    newest(events)
        .forEach((collection, documents) ->
            index.apply(
                tx, collection, documents.values().stream().map(EntryIndexer::of).toList()));
  }

  private static Map<CollectionId, Map<String, EntryChanged>> newest(List<EntryChanged> events) {
    var collections = new LinkedHashMap<CollectionId, Map<String, EntryChanged>>();
    for (EntryChanged event : events) {
      collections
          .computeIfAbsent(
              new CollectionId(event.getTenant(), event.getSourceId()), _ -> new LinkedHashMap<>())
          .merge(
              event.getEntryId(),
              event,
              (one, other) -> one.getVersion() > other.getVersion() ? one : other);
    }
    return collections;
  }

  private static Document of(EntryChanged event) {
    return event.getDeleted()
        ? Document.deleted(event.getEntryId(), event.getVersion(), event.getAcceptedAtMicros())
        : Document.of(
            event.getEntryId(),
            event.getVersion(),
            Body.parse(event.getBody().toByteArray()),
            event.getAcceptedAtMicros());
  }
}
