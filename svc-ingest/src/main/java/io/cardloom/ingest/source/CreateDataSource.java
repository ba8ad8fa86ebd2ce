package io.cardloom.ingest.source;

import io.cardloom.index.CollectionId;
import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.WriteOutcome;
import io.cardloom.proto.common.v1.WriteStatus;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.CreateDataSourceResponse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Creates a data source with its first properties, its relations both ways, and its collection in
/// the index.
public final class CreateDataSource {
  private final Db db;
  private final SourceStore sources;
  private final DocumentIndex index;
  private final Clock clock;

  public CreateDataSource(Db db, SourceStore sources, DocumentIndex index, Clock clock) {
    this.db = db;
    this.sources = sources;
    this.index = index;
    this.clock = clock;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `Invalid` with every violation,
  ///   `AlreadyExists` for a taken id
  public CreateDataSourceResponse run(Caller caller, CreateDataSourceRequest request) {
    if (request.getDryRun()) {
      return db.inTx(
          caller.tenant(), tx -> response(caller, good(tx, caller, request).source(now()), true));
    }
    return Idempotency.run(
        db,
        caller,
        "create_data_source",
        request.getIdempotencyKey(),
        request,
        CreateDataSourceResponse.parser(),
        tx -> create(tx, caller, request));
  }

  private CreateDataSourceResponse create(Tx tx, Caller caller, CreateDataSourceRequest request)
      throws SQLException {
    SourceDraft draft = good(tx, caller, request);
    DataSource source = draft.source(now());
    sources.insert(tx, caller.tenant(), source);
    sources.write(tx, caller.tenant(), source.id(), draft.properties());
    index.define(
        tx,
        new CollectionId(caller.tenant(), source.id()),
        draft.properties().stream().map(SourceProperty::indexed).toList());
    return response(caller, source, false);
  }

  private SourceDraft good(Tx tx, Caller caller, CreateDataSourceRequest request) {
    SourceDraft draft = SourceDraft.of(tx, sources, caller.tenant(), request);
    draft.throwIfAny();
    return draft;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static CreateDataSourceResponse response(
      Caller caller, DataSource source, boolean dryRun) {
    var outcome =
        WriteOutcome.newBuilder()
            .setStatus(
                dryRun ? WriteStatus.WRITE_STATUS_VALIDATED : WriteStatus.WRITE_STATUS_APPLIED)
            .setVersion(dryRun ? 0 : source.version())
            .setCorrelationId(caller.correlationId());
    if (!dryRun) {
      outcome.addNext(SourcePb.describe(source.id(), "shows what import_data takes").toPb());
    }
    return CreateDataSourceResponse.newBuilder()
        .setSource(SourcePb.of(source))
        .setOutcome(outcome)
        .build();
  }
}
