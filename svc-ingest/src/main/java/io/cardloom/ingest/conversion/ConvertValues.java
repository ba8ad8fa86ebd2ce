package io.cardloom.ingest.conversion;

import io.cardloom.index.Body;
import io.cardloom.ingest.conversion.ConversionStore.Running;
import io.cardloom.ingest.entry.EntryChanges;
import io.cardloom.ingest.entry.EntryRow;
import io.cardloom.ingest.entry.EntryStore;
import io.cardloom.ingest.history.HistoryStore;
import io.cardloom.ingest.history.HistoryStore.ChangeType;
import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.ingest.source.SourceStore;
import io.cardloom.ingest.value.Conversion;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Wake;
import io.cardloom.kit.run.Loop;
import io.cardloom.proto.ingest.v1.PropertyState;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/// Converts the stored values of properties whose type or delimiter has changed, a batch of entries
/// a transaction, in order of keys. Each entry that holds a value gets a new version, so that every
/// index behind it takes it up again. When all are done the property is ACTIVE.
///
/// How far it is commits with the entries, so a crash repeats nothing. Instances share the work, a
/// property each.
public final class ConvertValues implements Loop.Body {
  /// How long to wait for a wake-up before looking anyway.
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Db db;
  private final SourceStore sources;
  private final EntryStore entries;
  private final EntryChanges changes;
  private final Clock clock;
  private final int batchEntriesMax;
  private final Wake wake;
  private final ConversionStore conversions = new ConversionStore();

  /// @param batchEntriesMax entries of one transaction; imports of them wait for it
  public ConvertValues(
      Db db,
      SourceStore sources,
      EntryStore entries,
      EntryChanges changes,
      Clock clock,
      int batchEntriesMax)
      throws SQLException {
    this.db = db;
    this.sources = sources;
    this.entries = entries;
    this.changes = changes;
    this.clock = clock;
    this.batchEntriesMax = batchEntriesMax;
    this.wake = Wake.on(db, StoredConversions.CHANNEL);
  }

  @Override
  public int once() throws SQLException {
    int done = db.acrossTenants(this::step);
    if (done == 0) wake.await(LOOK_EVERY);
    return done;
  }

  /// One batch, or the end of a conversion. Returns 0 when there is none.
  private int step(Tx tx) throws SQLException, IOException {
    var next = conversions.next(tx);
    if (next.isEmpty()) return 0;
    Running running = next.get();
    tx.actFor(running.tenant());
    if (running.exhausted()) end(tx, running);
    else batch(tx, running);
    return 1;
  }

  private void batch(Tx tx, Running running) throws SQLException, IOException {
    String tenant = running.tenant();
    String sourceId = running.sourceId();
    sources.hold(tx, tenant, sourceId);
    Schema schema = sources.schema(tx, tenant, sourceId);
    SourceProperty property = schema.property(running.propertyId());
    if (property == null) {
      throw new IllegalStateException("no property " + running.propertyId() + " to convert");
    }
    Conversion conversion = schema.conversion(property);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var page =
        entries.holding(
            tx, tenant, sourceId, property.id(), running.afterKey(), batchEntriesMax, true);
    var converted = new EntryChanges.Set();
    for (EntryRow row : page) {
      Body before = Body.parse(row.body());
      if (before.slot(property.id()) == null) continue;
      Body after =
          before.map((id, slot) -> id.equals(property.id()) ? conversion.of(slot).slot() : slot);
      var changed = new EntryRow(row.key(), row.version() + 1, now, false, after.toJson());
      converted.add(row, changed, ChangeType.CONVERTED, HistoryStore.changes(before, after));
    }
    changes.write(tx, author(running), sourceId, now, converted);
    String last = page.isEmpty() ? running.afterKey() : page.getLast().key();
    conversions.advance(tx, running, last, page.size() < batchEntriesMax);
  }

  private void end(Tx tx, Running running) throws SQLException {
    sources.lock(tx, running.tenant(), running.sourceId());
    Schema schema = sources.schema(tx, running.tenant(), running.sourceId());
    SourceProperty property = schema.property(running.propertyId());
    if (property != null) {
      var active =
          new SourceProperty(
              property.id(),
              property.displayName(),
              property.description(),
              property.type(),
              property.delimiter(),
              "",
              PropertyState.PROPERTY_STATE_ACTIVE);
      sources.write(tx, running.tenant(), running.sourceId(), List.of(active));
      sources.advance(
          tx, running.tenant(), running.sourceId(), clock.instant().truncatedTo(ChronoUnit.MICROS));
    }
    conversions.end(tx, running);
  }

  /// Whoever asked for the change is the author of what it converts.
  private static Caller author(Running running) {
    return new Caller(running.tenant(), running.author(), Set.of(), running.correlationId());
  }

  @Override
  public void close() {
    wake.close();
  }
}
