package io.cardloom.ingest.source;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.DraftDataSourceResponse;

/// Tells what create_data_source would make of its arguments, and all that is in its way. Stores
/// nothing.
public final class DraftDataSource {
  private final Db db;
  private final SourceStore sources;

  public DraftDataSource(Db db, SourceStore sources) {
    this.db = db;
    this.sources = sources;
  }

  public DraftDataSourceResponse run(Caller caller, CreateDataSourceRequest request) {
    SourceDraft draft =
        db.inTx(caller.tenant(), tx -> SourceDraft.of(tx, sources, caller.tenant(), request));
    int properties = draft.properties().size();
    String would =
        "It would create the data source "
            + draft.arguments().getId()
            + " with "
            + switch (properties) {
              case 0 -> "no properties yet";
              case 1 -> "one property";
              default -> properties + " properties";
            }
            + ".";
    return DraftDataSourceResponse.newBuilder()
        .setDraft(draft.arguments())
        .addAllDefaultsApplied(draft.findings().defaultsPb())
        .addAllProblems(draft.findings().problemsPb())
        .setSubmit(draft.findings().submit("create_data_source", would))
        .build();
  }
}
