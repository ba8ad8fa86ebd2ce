package io.cardloom.kit.workspace;

import io.cardloom.kit.db.Tx;
import io.cardloom.proto.workspaces.v1.WorkspaceInfo;
import io.cardloom.proto.workspaces.v1.WorkspaceState;
import io.helidon.dbclient.DbRow;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;

/// The table of workspaces.
final class WorkspaceStore {
  /// Most in one answer.
  private static final int LISTED_MAX = 1_000;

  private static final String PROVISION =
      """
      INSERT INTO workspace (tenant, name) VALUES (?, ?)
      ON CONFLICT (tenant) DO UPDATE SET name = excluded.name, archived = false
      """;
  private static final String ARCHIVE = "UPDATE workspace SET archived = true WHERE tenant = ?";
  private static final String FIND =
      "SELECT tenant, name, archived, created_at FROM workspace WHERE tenant = ?";
  private static final String LIST =
      """
      SELECT tenant, name, archived, created_at FROM workspace
      WHERE tenant > ? ORDER BY tenant LIMIT ?
      """;

  void provision(Tx tx, String tenant, String name) {
    tx.update(PROVISION, tenant, name);
  }

  /// Returns whether there is one.
  boolean archive(Tx tx, String tenant) {
    return tx.update(ARCHIVE, tenant) > 0;
  }

  Optional<WorkspaceInfo> find(Tx tx, String tenant) {
    return tx.one(FIND, WorkspaceStore::read, tenant);
  }

  List<WorkspaceInfo> list(Tx tx, String after) {
    return tx.list(LIST, WorkspaceStore::read, after, LISTED_MAX);
  }

  private static WorkspaceInfo read(DbRow row) {
    var created = row.column(4).get(Timestamp.class).toInstant();
    return WorkspaceInfo.newBuilder()
        .setSafename(row.column(1).get(String.class))
        .setName(row.column(2).get(String.class))
        .setState(row.column(3).get(Boolean.class) ? WorkspaceState.ARCHIVED : WorkspaceState.LIVE)
        .setCreatedAt(
            com.google.protobuf.Timestamp.newBuilder()
                .setSeconds(created.getEpochSecond())
                .setNanos(created.getNano()))
        .build();
  }
}
