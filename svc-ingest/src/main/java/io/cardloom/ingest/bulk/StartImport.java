package io.cardloom.ingest.bulk;

import io.cardloom.ingest.bulk.BulkImport.Counts;
import io.cardloom.ingest.entry.ImportEntries;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.call.Trace;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.GetImportStatusRequest;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportState;
import io.cardloom.proto.ingest.v1.ImportStatus;
import io.cardloom.proto.ingest.v1.StartImportRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Accepts an import for the background: all of it is checked as import_data would, then staged,
/// and the call is answered. What is accepted is durable.
public final class StartImport {
  /// Bytes after which a batch ends, however few its entries: its values are in memory at once.
  private static final int BATCH_BYTES_MAX = 2 << 20;

  /// How long a handle is known.
  private static final Duration HANDLE_LIFE = Duration.ofDays(1);

  /// Imports read at once by one instance: each takes several times its 20 MB meanwhile.
  private static final int READ_AT_ONCE_MAX = 2;

  private static final Duration READ_WAIT = Duration.ofSeconds(5);

  /// What a caller should wait for a running import to end.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Db db;
  private final ImportEntries imports;
  private final BulkImportStore store;
  private final DescribeImport describe;
  private final int runningMax;
  private final int batchEntriesMax;
  private final Clock clock;
  private final Semaphore reading = new Semaphore(READ_AT_ONCE_MAX, true);

  /// @param runningMax imports of one workspace that are not done yet
  /// @param batchEntriesMax entries of one transaction; imports of them wait for it
  public StartImport(
      Db db,
      ImportEntries imports,
      BulkImportStore store,
      DescribeImport describe,
      int runningMax,
      int batchEntriesMax,
      Clock clock) {
    this.db = db;
    this.imports = imports;
    this.store = store;
    this.describe = describe;
    this.runningMax = runningMax;
    this.batchEntriesMax = batchEntriesMax;
    this.clock = clock;
  }

  /// @throws ProblemException `NotFound`, `TooLarge`, `OverLimit`, or `Invalid` with every
  ///   violation
  public ImportStatus run(Caller caller, StartImportRequest request) {
    if (request.getSerializedSize() > ImportEntries.PAYLOAD_BYTES_MAX) {
      throw new Problem.TooLarge("An import has at most 20 MB; start it in parts.").exception();
    }
    ImportStatus started = bounded(() -> started(caller, request));
    if (request.getIdempotencyKey().isEmpty()) return started;
    return describe.run(
        caller, GetImportStatusRequest.newBuilder().setImportId(started.getImportId()).build());
  }

  private interface Start {
    ImportStatus run();
  }

  private ImportStatus bounded(Start start) {
    try {
      if (!reading.tryAcquire(READ_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Problem.OverLimit(READ_AT_ONCE_MAX + " imports started at once", RETRY_AFTER)
            .exception();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Problem.Unavailable("svc-ingest", RETRY_AFTER).exception();
    }
    try {
      return start.run();
    } finally {
      reading.release();
    }
  }

  private ImportStatus started(Caller caller, StartImportRequest request) {
    ImportDataRequest whole =
        ImportDataRequest.newBuilder()
            .setSourceId(request.getSourceId())
            .addAllEntries(request.getEntriesList())
            .setUnknownProperties(request.getUnknownProperties())
            .setMode(request.getMode())
            .build();
    try {
      return Idempotency.run(
          db,
          caller,
          "start_import",
          request.getIdempotencyKey(),
          request,
          ImportStatus.parser(),
          tx -> start(tx, caller, whole));
    } catch (ProblemException refused) {
      imports.refused(caller, whole, refused.problem());
      throw refused;
    }
  }

  private ImportStatus start(Tx tx, Caller caller, ImportDataRequest whole)
      throws SQLException, IOException {
    refuseIfFull(tx, caller); // before the reading, which costs more than looking twice
    imports.prepare(tx, caller, whole);
    store.lock(tx, caller.tenant());
    refuseIfFull(tx, caller);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var started =
        new BulkImport(
            caller.tenant(),
            UUID.randomUUID().toString(),
            whole.getSourceId(),
            ImportState.IMPORT_STATE_RUNNING,
            whole.getEntriesCount(),
            Counts.NONE,
            "",
            0,
            0,
            caller.subject(),
            caller.correlationId(),
            Trace.currentParent(),
            now,
            now.plus(HANDLE_LIFE));
    store.add(tx, started, batches(whole));
    return started.toPb();
  }

  private void refuseIfFull(Tx tx, Caller caller) {
    if (store.running(tx, caller.tenant()) < runningMax) return;
    throw new Problem.OverLimit(
            runningMax + " imports of one workspace running at once", RETRY_AFTER)
        .exception();
  }

  /// The import in parts, in its order.
  private List<BulkImportStore.Batch> batches(ImportDataRequest whole) {
    var batches = new ArrayList<BulkImportStore.Batch>();
    List<EntryInput> entries = whole.getEntriesList();
    int first = 0;
    int bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      bytes += entries.get(i).getSerializedSize();
      boolean full = i + 1 - first == batchEntriesMax || bytes >= BATCH_BYTES_MAX;
      if (!full && i + 1 < entries.size()) continue;
      var part = whole.toBuilder().clearEntries().addAllEntries(entries.subList(first, i + 1));
      batches.add(new BulkImportStore.Batch(first, part.build()));
      first = i + 1;
      bytes = 0;
    }
    return batches;
  }
}
