package io.cardloom.ingest.conversion;

import io.cardloom.index.Body;
import io.cardloom.index.Body.Slot;
import io.cardloom.ingest.entry.EntryRow;
import io.cardloom.ingest.entry.EntryStore;
import io.cardloom.ingest.source.HeldValues;
import io.cardloom.ingest.value.Conversion;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Wake;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What stored entries hold of the properties that are to change.
public final class StoredConversions implements HeldValues {
  static final String CHANNEL = "conversion";

  /// Entries of one read.
  private static final int PAGE_ROWS = 1_000;

  private final ConversionStore conversions = new ConversionStore();
  private final EntryStore entries;

  public StoredConversions(EntryStore entries) {
    this.entries = entries;
  }

  @Override
  public boolean anyHolds(Tx tx, String tenant, String sourceId, String propertyId)
      throws SQLException {
    String after = "";
    while (true) {
      var page = entries.holding(tx, tenant, sourceId, propertyId, after, PAGE_ROWS, false);
      if (page.stream().anyMatch(row -> Body.parse(row.body()).slot(propertyId) != null)) {
        return true;
      }
      if (page.size() < PAGE_ROWS) return false;
      after = page.getLast().key();
    }
  }

  @Override
  public Impact impact(Tx tx, String tenant, String sourceId, Map<String, Conversion> changes)
      throws SQLException {
    Set<String> populated = new HashSet<>();
    long unconvertible = 0;
    var samples = new ArrayList<String>();
    for (var change : changes.entrySet()) {
      String property = change.getKey();
      String after = "";
      List<EntryRow> page;
      do {
        page = entries.holding(tx, tenant, sourceId, property, after, PAGE_ROWS, false);
        for (EntryRow row : page) {
          after = row.key();
          Slot slot = Body.parse(row.body()).slot(property);
          if (slot == null) continue;
          populated.add(row.key());
          for (String lost : change.getValue().of(slot).lost()) {
            unconvertible++;
            if (samples.size() < SAMPLES_MAX) samples.add(sample(row.key(), property, lost));
          }
        }
      } while (page.size() == PAGE_ROWS);
    }
    return new Impact(populated.size(), unconvertible, samples);
  }

  private static String sample(String key, String property, String lost) {
    String shown = lost.length() <= 60 ? lost : lost.substring(0, 60) + "…";
    return key + "." + property + ": " + shown;
  }

  @Override
  public void begin(Tx tx, Caller caller, String sourceId, List<String> propertyIds, Instant at)
      throws SQLException {
    conversions.begin(tx, caller, sourceId, propertyIds, at);
    Wake.at(tx, CHANNEL);
  }
}
