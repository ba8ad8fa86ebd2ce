package io.cardloom.ingest.entry;

import io.cardloom.ingest.history.HistoryStore;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.Outbox;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The way every change of entries is written: rows, history and events, by a fixed number of
/// statements. The rows that change are locked by the caller.
public final class EntryChanges {
  private final EntryStore entries;
  private final HistoryStore history;
  private final Outbox outbox;

  public EntryChanges(EntryStore entries, HistoryStore history, Outbox outbox) {
    this.entries = entries;
    this.history = history;
    this.outbox = outbox;
  }

  /// Changes of entries of one source, in order of keys.
  public static final class Set {
    private final List<EntryRow> added = new ArrayList<>();
    private final List<EntryRow> updated = new ArrayList<>();
    private final List<EntryRow> all = new ArrayList<>();
    private final List<String> firstChanged = new ArrayList<>();
    private final List<HistoryStore.Change> changes = new ArrayList<>();

    /// An entry that has no row yet, not even a tombstone.
    public void add(EntryRow row) {
      added.add(row);
      all.add(row);
    }

    /// What becomes of a locked row. `changed` as history keeps it.
    public void add(EntryRow before, EntryRow row, HistoryStore.ChangeType type, byte[] changed) {
      updated.add(row);
      all.add(row);
      if (before.version() == EntryRow.FIRST_VERSION) firstChanged.add(row.key());
      changes.add(new HistoryStore.Change(row.key(), row.version(), type, changed));
    }

    public boolean isEmpty() {
      return all.isEmpty();
    }
  }

  /// Writes the changes; nothing to do for none.
  public void write(Tx tx, Caller caller, String sourceId, Instant at, Set changes)
      throws SQLException, IOException {
    if (changes.isEmpty()) return;
    if (!changes.added.isEmpty()) entries.insert(tx, caller, sourceId, at, changes.added);
    if (!changes.updated.isEmpty()) {
      if (!changes.firstChanged.isEmpty()) {
        history.appendFirst(tx, caller.tenant(), sourceId, changes.firstChanged);
      }
      entries.update(tx, caller.tenant(), sourceId, at, changes.updated);
      history.append(tx, caller, sourceId, at, changes.changes);
    }
    outbox.append(
        tx, Lane.of(changes.all.size()), EntryEvents.changed(caller, sourceId, changes.all));
  }
}
