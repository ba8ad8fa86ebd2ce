package io.cardloom.ingest.entry;

import io.cardloom.index.CollectionId;
import io.cardloom.index.DocumentIndex;
import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.source.SchemaCache;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.ingest.source.SourceStore;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Imports a batch of entries, all or nothing: one violation refuses it whole; rows, history and
/// events commit together; what is as it was before stays untouched.
public final class ImportEntries {
  /// Largest request.
  public static final int PAYLOAD_BYTES_MAX = 20 << 20;

  /// Times a batch is read again because the source's properties changed meanwhile.
  private static final int TRIES_MAX = 5;

  /// Entries of a large import whose size with what is stored is looked at before it is accepted:
  /// most imports have none that come near the limit.
  private static final int LARGE_MAX = 200;

  /// Of these at once: each has up to 1 MB stored.
  private static final int LARGE_PAGE = 20;

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
  ///
  /// @param found properties that it added to the source
  public record Outcome(
      Instant acceptedAt,
      int created,
      int updated,
      int deleted,
      int unchanged,
      List<SourceProperty> found) {
    public Outcome {
      found = List.copyOf(found);
    }
  }

  /// @throws ProblemException `NotFound`, `TooLarge`, or `Invalid` with every violation
  public ImportDataResponse run(Caller caller, ImportDataRequest request) {
    return run(caller, request, "");
  }

  /// As above; a repeat under the same key is given the first answer and changes nothing, whatever
  /// happened since.
  ///
  /// @param idempotencyKey empty for none
  public ImportDataResponse run(Caller caller, ImportDataRequest request, String idempotencyKey) {
    if (request.getSerializedSize() > PAYLOAD_BYTES_MAX) {
      throw new Problem.TooLarge("A batch has at most 20 MB; send it in parts.").exception();
    }
    try {
      ImportDataResponse response =
          imported(caller, request, request.getDryRun() ? "" : idempotencyKey);
      boolean first = response.getCorrelationId().equals(caller.correlationId());
      if (first && !request.getDryRun()) accepted(caller, request);
      return response;
    } catch (ProblemException refused) {
      refused(caller, request, refused.problem());
      throw refused;
    }
  }

  /// Makes sure that a large import breaks no rule, and adds the properties that it brings; it is
  /// applied later, batch by batch, by [#apply]. Until the transaction ends the source's properties
  /// stay as they were seen.
  ///
  /// @throws ProblemException `NotFound`, or `Invalid` with every violation
  public void prepare(Tx tx, Caller caller, ImportDataRequest whole) throws SQLException {
    for (int tries = 1; tries <= TRIES_MAX; tries++) {
      if (prepared(tx, caller, whole)) return;
    }
    throw stale(whole, sources.schema(tx, caller.tenant(), whole.getSourceId()));
  }

  /// False when the source's properties changed while the import was read.
  private boolean prepared(Tx tx, Caller caller, ImportDataRequest whole) throws SQLException {
    String tenant = caller.tenant();
    String sourceId = whole.getSourceId();
    Schema schema = sources.schema(tx, tenant, sourceId);
    EntryBatch.Checked checked = EntryBatch.check(schema, whole);
    boolean adds = !checked.found().isEmpty();
    if (held(tx, tenant, sourceId, adds) != schema.version()) return false;
    if (adds) {
      addProperties(tx, tenant, sourceId, checked.found(), now());
      schema = sources.schema(tx, tenant, sourceId);
    }
    checkSizes(tx, tenant, whole, schema, checked);
    return true;
  }

  /// Entries are bounded together with what is stored of them, so the largest ones are merged to
  /// see.
  private void checkSizes(
      Tx tx, String tenant, ImportDataRequest whole, Schema schema, EntryBatch.Checked checked)
      throws SQLException {
    var large =
        entries.larger(
            tx,
            tenant,
            whole.getSourceId(),
            checked.keys(),
            checked.bytes(),
            EntryBatch.ENTRY_BYTES_MAX,
            LARGE_MAX);
    if (large.isEmpty()) return;
    var wanted = new HashSet<>(large);
    int[] positions =
        IntStream.range(0, checked.keys().size())
            .filter(i -> wanted.contains(checked.keys().get(i)))
            .toArray();
    var findings = new Findings();
    for (int from = 0; from < positions.length; from += LARGE_PAGE) {
      int[] some =
          Arrays.copyOfRange(positions, from, Math.min(from + LARGE_PAGE, positions.length));
      var part = whole.toBuilder().clearEntries();
      for (int position : some) part.addEntries(whole.getEntries(position));
      new Merge(schema, findings, replaces(whole), now())
          .addAll(
              EntryBatch.read(schema, part.build(), i -> some[i]),
              keys -> entries.ofKeys(tx, tenant, whole.getSourceId(), keys, false));
    }
    findings.throwIfAny();
  }

  /// Writes one batch of a large import in the caller's transaction. Empty when the source's
  /// properties changed while it was read: nothing is written then.
  ///
  /// @param first where the batch begins in the import
  /// @throws ProblemException `Invalid` with every violation, where the source no longer takes it
  public Optional<Outcome> apply(Tx tx, Caller caller, ImportDataRequest batch, int first)
      throws SQLException, IOException {
    Schema schema = sources.schema(tx, caller.tenant(), batch.getSourceId());
    return write(tx, caller, batch, schema, EntryBatch.read(schema, batch, i -> first + i));
  }

  /// Tells that the batch is stored, once that is so.
  public void accepted(Caller caller, ImportDataRequest batch) {
    measured(caller, batch, "ingest.entries.accepted", "entries", batch.getEntriesCount());
  }

  /// Tells that rules were broken, where that is why it was refused.
  public void refused(Caller caller, ImportDataRequest request, Problem why) {
    if (!(why instanceof Problem.Invalid(var violations, _))) return;
    measured(caller, request, "ingest.rejections", "violations", violations.size());
  }

  private void measured(
      Caller caller, ImportDataRequest request, String name, String unit, int value) {
    meter.measured(caller.tenant(), name, unit, value, Map.of("source", request.getSourceId()));
  }

  /// Reads the batch against the properties as last seen, then, with the source held, makes sure
  /// that they still are what was seen. A refusal counts only against the properties of now.
  private ImportDataResponse imported(Caller caller, ImportDataRequest request, String key) {
    String tenant = caller.tenant();
    Schema schema = schemas.recent(tenant, request.getSourceId());
    for (int tries = 1; tries <= TRIES_MAX; tries++) {
      Schema seen = schema;
      try {
        // A repeat is answered before it is read: the source may not take it any more.
        Optional<EntryBatch> read =
            key.isEmpty() ? Optional.of(EntryBatch.read(seen, request)) : Optional.empty();
        Optional<ImportDataResponse> response =
            db.inTx(
                tenant,
                all ->
                    Idempotency.once(
                        all,
                        caller,
                        "import_data",
                        key,
                        request,
                        ImportDataResponse.parser(),
                        tx -> {
                          var batch = read.orElseGet(() -> EntryBatch.read(seen, request));
                          return write(tx, caller, request, seen, batch)
                              .map(outcome -> response(caller, request, outcome));
                        }));
        if (response.isPresent()) return response.get();
        schema = schemas.fresh(tenant, request.getSourceId());
      } catch (ProblemException refused) {
        if (!(refused.problem() instanceof Problem.Invalid)) throw refused;
        schema = schemas.fresh(tenant, request.getSourceId());
        if (schema.version() == seen.version()) throw refused;
      }
    }
    throw stale(request, schema);
  }

  private static RuntimeException stale(ImportDataRequest request, Schema schema) {
    return new Problem.Stale("data source", request.getSourceId(), 0, schema.version()).exception();
  }

  /// Empty when the source's properties are not those the batch was read against.
  private Optional<Outcome> write(
      Tx tx, Caller caller, ImportDataRequest request, Schema schema, EntryBatch batch)
      throws SQLException, IOException {
    String tenant = caller.tenant();
    String sourceId = request.getSourceId();
    boolean dryRun = request.getDryRun();
    boolean addsProperties = !batch.found().isEmpty() && !dryRun;
    if (held(tx, tenant, sourceId, addsProperties) != schema.version()) return Optional.empty();
    Instant now = now();
    if (addsProperties) addProperties(tx, tenant, sourceId, batch.found(), now);
    var findings = new Findings();
    var merge = new Merge(schema, findings, replaces(request), now);
    merge.addAll(batch, keys -> entries.ofKeys(tx, tenant, sourceId, keys, !dryRun));
    findings.throwIfAny();
    if (!dryRun) {
      changes.write(tx, caller, sourceId, now, merge.changes);
      sources.addToCount(tx, tenant, sourceId, merge.created - merge.deleted);
    }
    return Optional.of(
        new Outcome(
            now, merge.created, merge.updated, merge.deleted, merge.unchanged, batch.found()));
  }

  /// The source's version; until the transaction ends nobody else changes its properties.
  private long held(Tx tx, String tenant, String sourceId, boolean addsProperties) {
    return addsProperties ? sources.lock(tx, tenant, sourceId) : sources.hold(tx, tenant, sourceId);
  }

  private static boolean replaces(ImportDataRequest request) {
    return request.getMode() == ImportMode.IMPORT_MODE_REPLACE;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private void addProperties(
      Tx tx, String tenant, String sourceId, List<SourceProperty> found, Instant now)
      throws SQLException {
    sources.write(tx, tenant, sourceId, found);
    sources.advance(tx, tenant, sourceId, now);
    index.define(
        tx,
        new CollectionId(tenant, sourceId),
        found.stream().map(SourceProperty::indexed).toList());
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
        .found()
        .forEach(property ->
            response.addNewPropertiesFound(
                NewProperty.newBuilder().setId(property.id()).setType(property.type())));
    if (!request.getDryRun()) response.setVerify(verify.toPb());
    return response.build();
  }
}
