package io.cardloom.ingest.bulk;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cardloom.ingest.bulk.BulkImport.Counts;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Wake;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportState;
import io.helidon.dbclient.DbRow;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Imports and their staged batches as rows. Every method joins the caller's transaction.
public final class BulkImportStore {
  static final String CHANNEL = "import";

  /// Bytes of one statement: what is staged at once is held in memory twice.
  private static final int STAGED_BYTES_MAX = 4 << 20;

  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.import'), hashtext(?))";
  private static final String RUNNING =
      "SELECT count(*) AS running FROM entry_import WHERE tenant = ? AND state = 1";
  private static final String ADD =
      """
      INSERT INTO entry_import
             (tenant, id, source_id, state, total, author, correlation_id, traceparent, started_at, expires_at)
      VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
      """;
  private static final String STAGE =
      """
      INSERT INTO entry_import_batch (tenant, import_id, number, first, request)
      SELECT ?, ?, number, first, request
        FROM unnest(cast(? AS int[]), cast(? AS int[]), cast(? AS bytea[])) AS n (number, first, request)
      """;
  private static final String COLUMNS =
      """
      i.tenant, i.id, i.source_id, i.state, i.total, i.created, i.updated, i.deleted, i.unchanged, i.problem,
      i.batch, i.tries, i.author, i.correlation_id, i.traceparent, i.started_at, i.expires_at
      """;

  /// A running one does not expire: what was accepted is applied.
  private static final String FIND =
      "SELECT "
          + COLUMNS
          + "  FROM entry_import i WHERE i.tenant = ? AND i.id = ? AND (i.expires_at > ? OR i.state = 1)";

  /// Imports into one source follow each other, so that the later one has the last word.
  private static final String NEXT =
      "SELECT "
          + COLUMNS
          + """
            FROM entry_import i
           WHERE i.state = 1
             AND i.due_at <= clock_timestamp()
             AND NOT EXISTS (SELECT FROM entry_import o
                              WHERE o.tenant = i.tenant AND o.source_id = i.source_id
                                AND o.state = 1 AND o.number < i.number)
           ORDER BY i.due_at
           LIMIT 1
             FOR UPDATE OF i SKIP LOCKED
          """;

  private static final String BATCH =
      "SELECT first, request FROM entry_import_batch WHERE tenant = ? AND import_id = ? AND number = ?";
  private static final String ADVANCE =
      """
      UPDATE entry_import
         SET created = created + ?, updated = updated + ?, deleted = deleted + ?, unchanged = unchanged + ?,
             applied = applied + ?, batch = batch + 1, tries = 0, due_at = clock_timestamp(),
             state = CASE WHEN applied + ? >= total THEN 2 ELSE 1 END
       WHERE tenant = ? AND id = ?
      """;
  private static final String DROP =
      "DELETE FROM entry_import_batch WHERE tenant = ? AND import_id = ? AND number = ?";
  private static final String POSTPONE =
      """
      UPDATE entry_import SET tries = tries + 1, due_at = clock_timestamp() + cast(? AS interval)
       WHERE tenant = ? AND id = ? AND state = 1 AND batch = ?
      """;
  private static final String FAIL =
      """
      UPDATE entry_import SET state = 3, problem = ?
       WHERE tenant = ? AND id = ? AND state = 1 AND batch = ?
      """;
  private static final String DROP_ALL =
      "DELETE FROM entry_import_batch WHERE tenant = ? AND import_id = ?";
  private static final String FORGET =
      """
      DELETE FROM entry_import
       WHERE ctid = ANY (ARRAY (SELECT ctid FROM entry_import WHERE expires_at <= ? AND state <> 1 LIMIT ?))
      """;

  /// A part of an import, as one call of import_data.
  ///
  /// @param first where it begins in the import
  record Batch(int first, ImportDataRequest request) {}

  /// Imports of the workspace that are not done yet.
  int running(Tx tx, String tenant) {
    return tx.one(RUNNING, row -> row.column("running").get(Number.class).intValue(), tenant)
        .orElse(0);
  }

  /// Has the workspace's next imports wait until this transaction ends, so that [#running] holds.
  void lock(Tx tx, String tenant) {
    tx.one(LOCK, _ -> true, tenant);
  }

  /// Keeps an import with its batches, in this order, and wakes the loop that applies them.
  void add(Tx tx, BulkImport started, Iterable<Batch> batches) throws SQLException {
    tx.update(
        ADD,
        started.tenant(),
        started.id(),
        started.sourceId(),
        started.total(),
        started.author(),
        started.correlationId(),
        started.traceparent(),
        started.startedAt().atOffset(ZoneOffset.UTC),
        started.expiresAt().atOffset(ZoneOffset.UTC));
    var some = new ArrayList<Staged>();
    int number = 0;
    int bytes = 0;
    for (Batch batch : batches) {
      var staged = new Staged(number++, batch.first(), batch.request().toByteArray());
      some.add(staged);
      bytes += staged.request.length;
      if (bytes < STAGED_BYTES_MAX) continue;
      stage(tx, started, some);
      some.clear();
      bytes = 0;
    }
    stage(tx, started, some);
    Wake.at(tx, CHANNEL);
  }

  private record Staged(int number, int first, byte[] request) {}

  private static void stage(Tx tx, BulkImport started, List<Staged> batches) throws SQLException {
    if (batches.isEmpty()) return;
    tx.update(
        STAGE,
        started.tenant(),
        started.id(),
        tx.array("int4", batches.stream().map(Staged::number).toArray()),
        tx.array("int4", batches.stream().map(Staged::first).toArray()),
        tx.array("bytea", batches.stream().map(Staged::request).toArray(byte[][]::new)));
  }

  /// The import with this handle, unless the handle is expired.
  Optional<BulkImport> find(Tx tx, String tenant, String id, Instant now) {
    return tx.one(FIND, BulkImportStore::of, tenant, id, now.atOffset(ZoneOffset.UTC));
  }

  /// The import whose turn it is, of any workspace, and that no other instance is at; locked.
  Optional<BulkImport> next(Tx tx) {
    return tx.one(NEXT, BulkImportStore::of);
  }

  /// The next batch of an import that is locked.
  Batch batch(Tx tx, BulkImport running) throws SQLException, InvalidProtocolBufferException {
    try (var statement = tx.jdbc().prepareStatement(BATCH)) {
      statement.setString(1, running.tenant());
      statement.setString(2, running.id());
      statement.setInt(3, running.batch());
      try (var row = statement.executeQuery()) {
        if (!row.next()) throw new IllegalStateException("batch " + running.batch() + " is gone");
        return new Batch(row.getInt(1), ImportDataRequest.parseFrom(row.getBytes(2)));
      }
    }
  }

  /// The next batch is applied; with the last one the import is completed.
  void advance(Tx tx, BulkImport running, Counts counts) {
    tx.update(
        ADVANCE,
        counts.created(),
        counts.updated(),
        counts.deleted(),
        counts.unchanged(),
        counts.applied(),
        counts.applied(),
        running.tenant(),
        running.id());
    tx.update(DROP, running.tenant(), running.id(), running.batch());
  }

  /// Tries the batch again later, unless it is applied by now.
  void postpone(Tx tx, BulkImport running, Duration wait) {
    tx.update(POSTPONE, wait.toString(), running.tenant(), running.id(), running.batch());
  }

  /// Ends the import at this batch, unless that is applied by now.
  ///
  /// @param problem one sentence
  void fail(Tx tx, BulkImport running, String problem) {
    long failed = tx.update(FAIL, problem, running.tenant(), running.id(), running.batch());
    if (failed > 0) tx.update(DROP_ALL, running.tenant(), running.id());
  }

  /// Removes expired handles of all workspaces; at most `limit`. Returns how many.
  public long forget(Tx tx, Instant now, int limit) {
    return tx.update(FORGET, now.atOffset(ZoneOffset.UTC), limit);
  }

  private static BulkImport of(DbRow row) {
    return new BulkImport(
        row.column("tenant").getString(),
        row.column("id").getString(),
        row.column("source_id").getString(),
        state(number(row, "state")),
        number(row, "total"),
        new Counts(
            number(row, "created"),
            number(row, "updated"),
            number(row, "deleted"),
            number(row, "unchanged")),
        row.column("problem").getString(),
        number(row, "batch"),
        number(row, "tries"),
        row.column("author").getString(),
        row.column("correlation_id").getString(),
        row.column("traceparent").getString(),
        row.column("started_at").get(java.sql.Timestamp.class).toInstant(),
        row.column("expires_at").get(java.sql.Timestamp.class).toInstant());
  }

  private static int number(DbRow row, String column) {
    return row.column(column).get(Number.class).intValue();
  }

  private static ImportState state(int number) {
    ImportState state = ImportState.forNumber(number);
    if (state == null) throw new IllegalStateException("no import state has the number " + number);
    return state;
  }
}
