package io.cardloom.ingest.bulk;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.ingest.v1.GetImportStatusRequest;
import io.cardloom.proto.ingest.v1.ImportStatus;
import java.time.Clock;
import java.util.List;

/// How far an import is.
public final class DescribeImport {
  private final Db db;
  private final BulkImportStore store;
  private final Clock clock;

  public DescribeImport(Db db, BulkImportStore store, Clock clock) {
    this.db = db;
    this.store = store;
    this.clock = clock;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` for a handle that is unknown or
  ///   expired
  public ImportStatus run(Caller caller, GetImportStatusRequest request) {
    String id = request.getImportId();
    return db.inTx(caller.tenant(), tx -> store.find(tx, caller.tenant(), id, clock.instant()))
        .orElseThrow(() -> unknown(id))
        .toPb();
  }

  private static RuntimeException unknown(String id) {
    return new Problem.NotFound(
            "import",
            id,
            "",
            List.of(
                new Next(
                    "list_configuration",
                    "{\"includeCounts\":true}",
                    "names the data sources with their entries; an import is known for a day")))
        .exception();
  }
}
