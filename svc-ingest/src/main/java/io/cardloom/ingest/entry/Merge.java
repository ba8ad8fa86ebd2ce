package io.cardloom.ingest.entry;

import io.cardloom.index.Body;
import io.cardloom.ingest.history.HistoryStore;
import io.cardloom.ingest.history.HistoryStore.ChangeType;
import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.value.Conversion;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a batch makes of the stored entries. Used by one thread.
final class Merge {
  /// What is stored of entries, by key.
  @FunctionalInterface
  interface Stored {
    Map<String, EntryRow> of(List<String> keys) throws SQLException;
  }

  final EntryChanges.Set changes = new EntryChanges.Set();
  private final Findings findings;
  private final Map<String, Conversion> conversions;
  private final boolean replace;
  private final Instant now;
  int created;
  int updated;
  int deleted;
  int unchanged;

  /// @param findings takes what is wrong only together with what is stored
  Merge(Schema schema, Findings findings, boolean replace, Instant now) {
    this.conversions = schema.conversions();
    this.findings = findings;
    this.replace = replace;
    this.now = now;
  }

  void addAll(EntryBatch batch, Stored stored) throws SQLException {
    var rows = stored.of(batch.entries().stream().map(EntryBatch.Entry::key).toList());
    batch.entries().forEach(entry -> add(entry, rows.get(entry.key())));
  }

  private void add(EntryBatch.Entry entry, @Nullable EntryRow stored) {
    EntryRow live = stored != null && !stored.deleted() ? stored : null;
    long version = stored == null ? EntryRow.FIRST_VERSION : stored.version() + 1;
    if (entry.delete()) {
      if (live == null) {
        unchanged++;
        return;
      }
      deleted++;
      var row = new EntryRow(entry.key(), version, now, true, EntryRow.NO_BODY);
      changes.add(live, row, ChangeType.DELETED, live.body());
      return;
    }
    Body before = live == null ? Body.EMPTY : Body.parse(live.body());
    Body base = replace ? Body.EMPTY : converted(before);
    Body after = base.isEmpty() && !entry.clears() ? entry.patch() : base.merge(entry.patch());
    byte[] json = after.toJson();
    if (live != null && Arrays.equals(json, live.body())) {
      unchanged++;
      return;
    }
    if (json.length > EntryBatch.ENTRY_BYTES_MAX) {
      findings.atEntry(entry.position());
      findings.ofEntry(
          "",
          "too_large",
          "With what is stored the entry has more than 1 MB.",
          json.length + " bytes",
          "at most " + EntryBatch.ENTRY_BYTES_MAX + " bytes");
      return;
    }
    var row = new EntryRow(entry.key(), version, now, false, json);
    if (live != null) {
      updated++;
      changes.add(live, row, ChangeType.UPDATED, HistoryStore.changes(before, after));
    } else {
      created++;
      if (stored == null) changes.add(row);
      else changes.add(stored, row, ChangeType.ADDED, json);
    }
  }

  /// A stored body, with the properties that are being converted already converted.
  private Body converted(Body body) {
    if (conversions.isEmpty() || body.isEmpty()) return body;
    return body.map((id, slot) -> {
      Conversion conversion = conversions.get(id);
      return conversion == null ? slot : conversion.of(slot).slot();
    });
  }
}
