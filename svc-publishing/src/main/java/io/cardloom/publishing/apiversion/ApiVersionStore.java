package io.cardloom.publishing.apiversion;

import static io.cardloom.publishing.destination.DestinationStore.instant;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.publishing.write.Calls;
import io.helidon.dbclient.DbRow;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// API versions as rows of `api_version`. Every method joins the caller's transaction.
public final class ApiVersionStore {
  /// Most versions of a workspace that a list or a search for the nearest name looks at.
  private static final int LIST_MAX = 2_000;

  private static final String COLUMNS =
      "tenant, id, destination_id, number, description, state, protected, version, created_at, updated_at";
  private static final String INSERT =
      """
      INSERT INTO api_version (tenant, id, destination_id, number, description, state, protected, version,
                               created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;
  private static final String UPDATE =
      """
      UPDATE api_version
         SET description = ?, state = ?, protected = ?, version = ?, updated_at = ?
       WHERE tenant = ? AND id = ?
      """;
  private static final String FIND =
      "SELECT " + COLUMNS + " FROM api_version WHERE tenant = ? AND id = ?";
  private static final String FIND_TO_CHANGE = FIND + " FOR UPDATE";
  private static final String FIND_TO_ADD = FIND + " FOR SHARE";
  private static final String NEXT_NUMBER =
      "SELECT coalesce(max(number), 0) + 1 AS n FROM api_version WHERE tenant = ? AND destination_id = ?";
  private static final String ACTIVE_OF =
      "SELECT "
          + COLUMNS
          + " FROM api_version WHERE tenant = ? AND destination_id = ? AND state = 'ACTIVE' ORDER BY number";
  private static final String LIST =
      "SELECT " + COLUMNS + " FROM api_version WHERE tenant = ? ORDER BY id LIMIT ?";

  /// Writes a new version. Returns whether its id was free.
  public boolean insert(Tx tx, ApiVersion version) {
    return tx.update(
            INSERT,
            version.tenant(),
            version.id(),
            version.destinationId(),
            version.number(),
            version.description(),
            version.state().name(),
            version.isProtected(),
            version.version(),
            version.createdAt().atOffset(ZoneOffset.UTC),
            version.updatedAt().atOffset(ZoneOffset.UTC))
        == 1;
  }

  /// Writes a version's description, state and protection.
  public void update(Tx tx, ApiVersion version) {
    tx.update(
        UPDATE,
        version.description(),
        version.state().name(),
        version.isProtected(),
        version.version(),
        version.updatedAt().atOffset(ZoneOffset.UTC),
        version.tenant(),
        version.id());
  }

  public Optional<ApiVersion> find(Tx tx, String tenant, String id) {
    return tx.one(FIND, ApiVersionStore::read, tenant, id);
  }

  /// The version.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` with the nearest id
  public ApiVersion need(Tx tx, String tenant, String id) {
    return find(tx, tenant, id).orElseThrow(() -> notFound(tx, tenant, id));
  }

  /// The version, locked until the transaction ends: nobody else changes it, adds endpoints or
  /// writes rows of it.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` with the nearest id
  public ApiVersion needToChange(Tx tx, String tenant, String id) {
    return tx.one(FIND_TO_CHANGE, ApiVersionStore::read, tenant, id)
        .orElseThrow(() -> notFound(tx, tenant, id));
  }

  /// The version, which keeps its state until the transaction ends.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` with the nearest id
  public ApiVersion needToAdd(Tx tx, String tenant, String id) {
    return tx.one(FIND_TO_ADD, ApiVersionStore::read, tenant, id)
        .orElseThrow(() -> notFound(tx, tenant, id));
  }

  /// The number after the newest; the destination is locked by the caller.
  public int nextNumber(Tx tx, String tenant, String destinationId) {
    return tx.one(NEXT_NUMBER, row -> row.column("n").getInt(), tenant, destinationId)
        .orElseThrow();
  }

  /// Active versions of a destination, the oldest first.
  public List<ApiVersion> activeOf(Tx tx, String tenant, String destinationId) {
    return tx.list(ACTIVE_OF, ApiVersionStore::read, tenant, destinationId);
  }

  /// In order of ids, at most 2,000.
  public List<ApiVersion> list(Tx tx, String tenant) {
    return tx.list(LIST, ApiVersionStore::read, tenant, LIST_MAX);
  }

  private RuntimeException notFound(Tx tx, String tenant, String id) {
    var ids = list(tx, tenant).stream().map(ApiVersion::id).toList();
    return new Problem.NotFound(
            "API version",
            id,
            Nearest.of(id, ids),
            List.of(Calls.listConfiguration("It lists the API versions there are.")))
        .exception();
  }

  private static ApiVersion read(DbRow row) {
    return new ApiVersion(
        row.column("tenant").getString(),
        row.column("id").getString(),
        row.column("destination_id").getString(),
        row.column("number").getInt(),
        row.column("description").getString(),
        ApiVersion.State.valueOf(row.column("state").getString()),
        row.column("protected").getBoolean(),
        row.column("version").getLong(),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }
}
