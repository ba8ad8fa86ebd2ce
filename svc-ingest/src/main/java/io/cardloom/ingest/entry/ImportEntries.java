package io.cardloom.ingest.entry;

import io.cardloom.index.Body;
import io.cardloom.index.CollectionId;
import io.cardloom.index.DocumentIndex;
import io.cardloom.ingest.history.HistoryStore;
import io.cardloom.ingest.history.HistoryStore.ChangeType;
import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.source.SchemaCache;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.ingest.source.SourceStore;
import io.cardloom.ingest.value.Conversion;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportDataResponse;
import io.cardloom.proto.ingest.v1.ImportMode;
import io.cardloom.proto.ingest.v1.NewProperty;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Imports a batch of entries, all or nothing: one violation refuses it whole; rows, history and
/// events commit together; what is as it was before stays untouched.
public final class ImportEntries {
  /// Largest request.
  static final int PAYLOAD_BYTES_MAX = 20 << 20;

  /// Times a batch is read again because the source's properties changed meanwhile.
  private static final int TRIES_MAX = 5;

  /// Ids in the call that shows the stored entries.
  private static final int VERIFY_IDS_MAX = 5;

  private final Db db;
  private final SourceStore sources;
  private final SchemaCache schemas;
  private final EntryStore entries;
  private final EntryChanges changes;
  private final DocumentIndex index;
  private final Meter meter;
  private final Clock clock;

  /// Tells what was accepted and refused; waits for nothing.
  @FunctionalInterface
  public interface Meter {
    void measured(String tenant, String name, String unit, double value, Map<String, String> tags);
  }

  public ImportEntries(
      Db db,
      SourceStore sources,
      SchemaCache schemas,
      EntryStore entries,
      EntryChanges changes,
      DocumentIndex index,
      Meter meter,
      Clock clock) {
    this.db = db;
    this.sources = sources;
    this.schemas = schemas;
    this.entries = entries;
    this.changes = changes;
    this.index = index;
    this.meter = meter;
    this.clock = clock;
  }

  /// How many entries the batch changed, and how.
  private record Outcome(
      Instant acceptedAt, int created, int updated, int deleted, int unchanged, EntryBatch batch) {}

  /// @throws ProblemException `NotFound`, `TooLarge`, or `Invalid` with every violation
  public ImportDataResponse run(Caller caller, ImportDataRequest request) {
    if (request.getSerializedSize() > PAYLOAD_BYTES_MAX) {
      throw new Problem.TooLarge("A batch has at most 20 MB; send it in parts.").exception();
    }
    try {
      Outcome outcome = imported(caller, request);
      if (!request.getDryRun()) {
        measured(caller, request, "ingest.entries.accepted", "entries", request.getEntriesCount());
      }
      return response(caller, request, outcome);
    } catch (ProblemException refused) {
      if (refused.problem() instanceof Problem.Invalid(var violations, _)) {
        measured(caller, request, "ingest.rejections", "violations", violations.size());
      }
      throw refused;
    }
  }

  private void measured(
      Caller caller, ImportDataRequest request, String name, String unit, int value) {
    meter.measured(caller.tenant(), name, unit, value, Map.of("source", request.getSourceId()));
  }

  /// Reads the batch against the properties as last seen, then, with the source held, makes sure
  /// that they still are what was seen. A refusal counts only against the properties of now.
  private Outcome imported(Caller caller, ImportDataRequest request) {
    String tenant = caller.tenant();
    Schema schema = schemas.recent(tenant, request.getSourceId());
    for (int tries = 1; tries <= TRIES_MAX; tries++) {
      Schema seen = schema;
      try {
        EntryBatch batch = EntryBatch.read(seen, request);
        Optional<Outcome> outcome = db.inTx(tx -> write(tx, caller, request, seen, batch));
        if (outcome.isPresent()) return outcome.get();
        schema = schemas.fresh(tenant, request.getSourceId());
      } catch (ProblemException refused) {
        if (!(refused.problem() instanceof Problem.Invalid)) throw refused;
        schema = schemas.fresh(tenant, request.getSourceId());
        if (schema.version() == seen.version()) throw refused;
      }
    }
    throw new Problem.Stale("data source", request.getSourceId(), 0, schema.version()).exception();
  }

  /// Empty when the source's properties are not those the batch was read against.
  private Optional<Outcome> write(
      Tx tx, Caller caller, ImportDataRequest request, Schema schema, EntryBatch batch)
      throws SQLException, IOException {
    String tenant = caller.tenant();
    String sourceId = request.getSourceId();
    boolean dryRun = request.getDryRun();
    boolean addsProperties = !batch.found().isEmpty() && !dryRun;
    long version =
        addsProperties ? sources.lock(tx, tenant, sourceId) : sources.hold(tx, tenant, sourceId);
    if (version != schema.version()) return Optional.empty();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    if (addsProperties) addProperties(tx, tenant, sourceId, batch, now);
    var merge = new Merge(schema, request.getMode() == ImportMode.IMPORT_MODE_REPLACE, now);
    var keys = batch.entries().stream().map(EntryBatch.Entry::key).toList();
    var stored = entries.ofKeys(tx, tenant, sourceId, keys, !dryRun);
    batch.entries().forEach(entry -> merge.add(entry, stored.get(entry.key())));
    merge.findings.throwIfAny();
    if (!dryRun) {
      changes.write(tx, caller, sourceId, now, merge.changes);
      sources.addToCount(tx, tenant, sourceId, merge.created - merge.deleted);
    }
    return Optional.of(
        new Outcome(now, merge.created, merge.updated, merge.deleted, merge.unchanged, batch));
  }

  private void addProperties(Tx tx, String tenant, String sourceId, EntryBatch batch, Instant now)
      throws SQLException {
    sources.write(tx, tenant, sourceId, batch.found());
    sources.advance(tx, tenant, sourceId, now);
    index.define(
        tx,
        new CollectionId(tenant, sourceId),
        batch.found().stream().map(SourceProperty::indexed).toList());
  }

  /// What the batch makes of the stored entries.
  private static final class Merge {
    final EntryChanges.Set changes = new EntryChanges.Set();
    final Findings findings = new Findings();
    private final Map<String, Conversion> conversions;
    private final boolean replace;
    private final Instant now;
    int created;
    int updated;
    int deleted;
    int unchanged;

    Merge(Schema schema, boolean replace, Instant now) {
      this.conversions = schema.conversions();
      this.replace = replace;
      this.now = now;
    }

    void add(EntryBatch.Entry entry, @Nullable EntryRow stored) {
      EntryRow live = stored != null && !stored.deleted() ? stored : null;
      long version = stored == null ? 1 : stored.version() + 1;
      if (entry.delete()) {
        if (live == null) {
          unchanged++;
          return;
        }
        deleted++;
        var row = new EntryRow(entry.key(), version, now, true, EntryRow.NO_BODY);
        changes.add(row, false, ChangeType.DELETED, live.body());
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
        changes.add(row, false, ChangeType.UPDATED, HistoryStore.changes(before, after));
      } else {
        created++;
        changes.add(row, stored == null, ChangeType.ADDED, json);
      }
    }

    /// A stored body, with the properties that are being converted already converted.
    private Body converted(Body body) {
      if (conversions.isEmpty() || body.isEmpty()) return body;
      var slots = new TreeMap<>(body.slots());
      conversions.forEach(
          (id, conversion) -> slots.computeIfPresent(id, (_, slot) -> conversion.of(slot).slot()));
      return Body.of(slots);
    }
  }

  private static ImportDataResponse response(
      Caller caller, ImportDataRequest request, Outcome outcome) {
    String ids =
        request.getEntriesList().stream()
            .filter(entry -> !entry.getDelete())
            .limit(VERIFY_IDS_MAX)
            .map(EntryInput::getId)
            .collect(Collectors.joining("\",\"", "\"", "\""));
    var verify =
        new Next(
            "list_source_entries",
            "{\"sourceId\":\""
                + request.getSourceId()
                + "\""
                + (ids.length() == 2 ? "" : ",\"ids\":[" + ids + "]")
                + "}",
            "shows entries as stored");
    var response =
        ImportDataResponse.newBuilder()
            .setCorrelationId(caller.correlationId())
            .setSourceId(request.getSourceId())
            .setAcceptedAt(outcome.acceptedAt().toString())
            .setAcceptedEntryCount(request.getEntriesCount())
            .setCreated(outcome.created())
            .setUpdated(outcome.updated())
            .setDeleted(outcome.deleted())
            .setUnchanged(outcome.unchanged())
            .setDryRun(request.getDryRun());
    outcome
        .batch()
        .found()
        .forEach(property ->
            response.addNewPropertiesFound(
                NewProperty.newBuilder().setId(property.id()).setType(property.type())));
    if (!request.getDryRun()) response.setVerify(verify.toPb());
    return response.build();
  }
}
