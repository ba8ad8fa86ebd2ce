package io.cardloom.ingest.entry;

import io.cardloom.index.CollectionId;
import io.cardloom.index.DocumentIndex;
import io.cardloom.ingest.source.SourceStore;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.common.v1.Stage;
import io.cardloom.proto.common.v1.StageStatus;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.common.v1.StagesResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// How far an entry is on its way here: accepted, and in the search index.
public final class DescribeStages {
  private final Db db;
  private final SourceStore sources;
  private final EntryStore entries;
  private final DocumentIndex index;
  private final Clock clock;

  public DescribeStages(
      Db db, SourceStore sources, EntryStore entries, DocumentIndex index, Clock clock) {
    this.db = db;
    this.sources = sources;
    this.entries = entries;
    this.index = index;
    this.clock = clock;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` for a source or entry never seen
  public StagesResponse run(Caller caller, StagesRequest request) {
    String sourceId = request.getSourceId();
    String key = request.getEntryId();
    return db.inTx(
        caller.tenant(),
        tx -> {
          sources.require(tx, caller.tenant(), sourceId);
          EntryRow row =
              entries.ofKeys(tx, caller.tenant(), sourceId, List.of(key), false).get(key);
          if (row == null) throw unknown(sourceId, key);
          var indexed =
              index.versions(tx, new CollectionId(caller.tenant(), sourceId), List.of(key));
          return StagesResponse.newBuilder()
              .addStages(accepted(sourceId, row))
              .addStages(indexed(sourceId, row, indexed.getOrDefault(key, 0L)))
              .build();
        });
  }

  private static Stage accepted(String sourceId, EntryRow row) {
    return Stage.newBuilder()
        .setStage("ingest")
        .setTarget(sourceId)
        .setStatus(StageStatus.STAGE_STATUS_DONE)
        .setVersion(row.version())
        .setAt(row.updatedAt().toString())
        .setLagSeconds(0)
        .setDetail(row.deleted() ? "Deleted." : "")
        .build();
  }

  private Stage indexed(String sourceId, EntryRow row, long version) {
    var stage = Stage.newBuilder().setStage("entry_index").setTarget(sourceId).setVersion(version);
    if (version >= row.version()) {
      return stage.setStatus(StageStatus.STAGE_STATUS_DONE).build();
    }
    double waiting = Duration.between(row.updatedAt(), clock.instant()).toMillis() / 1000.0;
    return stage
        .setStatus(StageStatus.STAGE_STATUS_PENDING)
        .setLagSeconds(Math.max(0, waiting))
        .setDetail(
            version == 0
                ? "Not in the search index yet."
                : "The search index still holds version " + version + ".")
        .build();
  }

  private static RuntimeException unknown(String sourceId, String key) {
    return new Problem.NotFound(
            "entry",
            key,
            "",
            List.of(
                new Next(
                    "list_source_entries",
                    "{\"sourceId\":\"" + sourceId + "\"}",
                    "shows the entries changed last")))
        .exception();
  }
}
