package io.cardloom.ingest.bulk;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.problem.Next;
import io.cardloom.proto.ingest.v1.ImportState;
import io.cardloom.proto.ingest.v1.ImportStatus;
import java.time.Instant;
import java.util.Set;

/// An import that goes on after its call.
///
/// @param id its handle
/// @param total entries of the import
/// @param counts of the entries applied so far
/// @param problem why it failed, or empty
/// @param batch number of the next batch to apply
/// @param tries of that batch, as far as they failed for no reason of the import's
/// @param author who started it, in the call of `correlationId` and `traceparent`
/// @param expiresAt when the handle is gone
record BulkImport(
    String tenant,
    String id,
    String sourceId,
    ImportState state,
    int total,
    Counts counts,
    String problem,
    int batch,
    int tries,
    String author,
    String correlationId,
    String traceparent,
    Instant startedAt,
    Instant expiresAt) {

  /// Entries by what became of them; together those applied.
  record Counts(int created, int updated, int deleted, int unchanged) {
    static final Counts NONE = new Counts(0, 0, 0, 0);

    int applied() {
      return created + updated + deleted + unchanged;
    }
  }

  /// Whoever started it is the author of what it changes.
  Caller caller() {
    return new Caller(tenant, author, Set.of(), correlationId);
  }

  ImportStatus toPb() {
    return ImportStatus.newBuilder()
        .setImportId(id)
        .setSourceId(sourceId)
        .setState(state)
        .setTotal(total)
        .setApplied(counts.applied())
        .setCreated(counts.created())
        .setUpdated(counts.updated())
        .setDeleted(counts.deleted())
        .setUnchanged(counts.unchanged())
        .setProblem(problem)
        .setCorrelationId(correlationId)
        .setStartedAt(startedAt.toString())
        .setExpiresAt(expiresAt.toString())
        .setNext(next().toPb())
        .build();
  }

  /// Ids hold nothing that JSON would escape.
  private Next next() {
    return switch (state) {
      case IMPORT_STATE_RUNNING ->
          new Next("get_import_status", "{\"importId\":\"" + id + "\"}", "tells how far it is");
      case IMPORT_STATE_COMPLETED ->
          new Next(
              "list_source_entries",
              "{\"sourceId\":\"" + sourceId + "\",\"updatedFrom\":\"" + startedAt + "\"}",
              "shows entries as stored");
      case IMPORT_STATE_FAILED, IMPORT_STATE_UNSPECIFIED, UNRECOGNIZED ->
          new Next(
              "describe_data_source_schema",
              "{\"sourceId\":\"" + sourceId + "\"}",
              "shows what the source takes now");
    };
  }
}
