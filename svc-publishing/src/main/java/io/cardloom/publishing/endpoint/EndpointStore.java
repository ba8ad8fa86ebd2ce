package io.cardloom.publishing.endpoint;

import static io.cardloom.publishing.destination.DestinationStore.instant;
import static io.cardloom.publishing.destination.DestinationStore.texts;

import io.cardloom.index.CollectionId;
import io.cardloom.kit.db.Reads;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.db.Tx;
import io.cardloom.publishing.selection.Selection;
import io.helidon.dbclient.DbRow;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Endpoints as rows of `endpoint`. Every method joins the caller's transaction.
public final class EndpointStore {
  /// Most endpoints of a workspace that a list gives.
  private static final int LIST_MAX = 5_000;

  private static final String COLUMNS =
      "e.tenant, e.id, e.api_version_id, e.path, e.card_definition_id, e.selection, e.created_at";
  private static final String INSERT =
      """
      INSERT INTO endpoint (tenant, id, api_version_id, path, card_definition_id, selection, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;
  private static final String COPY =
      """
      INSERT INTO endpoint (tenant, id, api_version_id, path, card_definition_id, selection, created_at)
      SELECT tenant, ? || '.' || path, ?, path, card_definition_id, selection, ?
        FROM endpoint
       WHERE tenant = ? AND api_version_id = ?
      """;
  private static final String OF_VERSION =
      "SELECT "
          + COLUMNS
          + " FROM endpoint e WHERE e.tenant = ? AND e.api_version_id = ? ORDER BY e.path";
  private static final String LIST =
      "SELECT " + COLUMNS + " FROM endpoint e WHERE e.tenant = ? ORDER BY e.id LIMIT ?";
  private static final String ACTIVE =
      """
      SELECT %s
        FROM endpoint e
        JOIN api_version v ON v.tenant = e.tenant AND v.id = e.api_version_id
       WHERE e.tenant = ? AND v.state = 'ACTIVE'
       ORDER BY e.id
       LIMIT ?
      """
          .formatted(COLUMNS);
  private static final String FIND =
      "SELECT " + COLUMNS + " FROM endpoint e WHERE e.tenant = ? AND e.id = ?";
  private static final String LIVE_OF_DEFINITIONS =
      """
      SELECT %s
        FROM unnest(?, ?) AS d (tenant, definition)
        JOIN endpoint e ON e.tenant = d.tenant AND e.card_definition_id = d.definition
        JOIN api_version v ON v.tenant = e.tenant AND v.id = e.api_version_id
       WHERE v.state = 'ACTIVE'
       ORDER BY e.tenant, e.id
         FOR SHARE OF v
      """
          .formatted(COLUMNS);
  private static final String LIVE_OF_IDS =
      """
      SELECT %s
        FROM unnest(?, ?) AS d (tenant, id)
        JOIN endpoint e ON e.tenant = d.tenant AND e.id = d.id
        JOIN api_version v ON v.tenant = e.tenant AND v.id = e.api_version_id
       WHERE v.state = 'ACTIVE'
       ORDER BY e.tenant, e.id
         FOR SHARE OF v
      """
          .formatted(COLUMNS);

  /// Another one after whatever changes what is served under a destination's names: neither a
  /// destination nor an endpoint of an active version changes, and versions of rows only grow.
  private static final String REVISION =
      """
      sum(version) || ' ' || extract(epoch FROM max(updated_at))
        FROM api_version WHERE tenant = %s AND destination_id = %s\
      """;

  private static final String SERVED_REVISION = REVISION.formatted("d.tenant", "d.id");
  private static final String SAME_REVISION = "SELECT ? = " + REVISION.formatted("?", "?");
  private static final String SERVED =
      """
      SELECT %s, v.protected, d.languages, d.default_language, d.cors_origins,
             (SELECT %s) AS revision
        FROM destination d
        JOIN api_version v ON v.tenant = d.tenant AND v.destination_id = d.id
        JOIN endpoint e ON e.tenant = v.tenant AND e.api_version_id = v.id
       WHERE d.tenant = ? AND d.id = ? AND e.path = ? AND v.state = 'ACTIVE'
         AND (? = '' OR v.id = d.id || '.' || ?)
       ORDER BY v.number DESC
       LIMIT 1
      """
          .formatted(COLUMNS, SERVED_REVISION);

  /// Cards of one definition of one workspace.
  public record DefinitionKey(String tenant, String definitionId) {}

  /// Writes a new endpoint. Returns whether its path was free.
  public boolean insert(Tx tx, Endpoint endpoint) {
    return tx.update(
            INSERT,
            endpoint.tenant(),
            endpoint.id(),
            endpoint.apiVersionId(),
            endpoint.path(),
            endpoint.cardDefinitionId(),
            endpoint.selection().toPb().build().toByteArray(),
            endpoint.createdAt().atOffset(ZoneOffset.UTC))
        == 1;
  }

  /// Gives a new version the endpoints of another one.
  public void copy(Tx tx, String tenant, String fromVersion, String toVersion, Instant at) {
    tx.update(COPY, toVersion, toVersion, at.atOffset(ZoneOffset.UTC), tenant, fromVersion);
  }

  /// In order of paths.
  public List<Endpoint> ofVersion(Tx tx, String tenant, String apiVersionId) {
    return tx.list(OF_VERSION, EndpointStore::read, tenant, apiVersionId);
  }

  /// In order of ids, at most 5,000.
  public List<Endpoint> list(Tx tx, String tenant) {
    return tx.list(LIST, EndpointStore::read, tenant, LIST_MAX);
  }

  /// Endpoints of active versions, in order of ids, at most 5,000.
  public List<Endpoint> active(Tx tx, String tenant) {
    return tx.list(ACTIVE, EndpointStore::read, tenant, LIST_MAX);
  }

  public Optional<Endpoint> find(Tx tx, String tenant, String id) {
    return tx.one(FIND, EndpointStore::read, tenant, id);
  }

  /// Endpoints of active versions that take cards of the definitions. None of their versions stops
  /// before the transaction ends.
  public List<Endpoint> liveOf(Tx tx, Collection<DefinitionKey> definitions) throws SQLException {
    return tx.list(
        LIVE_OF_DEFINITIONS,
        EndpointStore::read,
        tx.array("text", definitions.stream().map(DefinitionKey::tenant).toArray()),
        tx.array("text", definitions.stream().map(DefinitionKey::definitionId).toArray()));
  }

  /// Those of the endpoints whose version is active. None of their versions stops before the
  /// transaction ends.
  public List<Endpoint> live(Tx tx, Collection<CollectionId> endpoints) throws SQLException {
    return tx.list(
        LIVE_OF_IDS,
        EndpointStore::read,
        tx.array("text", endpoints.stream().map(CollectionId::tenant).toArray()),
        tx.array("text", endpoints.stream().map(CollectionId::name).toArray()));
  }

  /// The endpoint that consumers reach under these names; the newest active version that has the
  /// path where the address names none.
  Optional<Served> served(Tx tx, Served.Address at) {
    return tx.one(
        SERVED,
        EndpointStore::readServed,
        at.tenant(),
        at.destination(),
        at.path(),
        at.version(),
        at.version());
  }

  /// Adds the question whether the same is served under the destination's names as then.
  BooleanSupplier unchanged(Reads reads, Served served) {
    Endpoint endpoint = served.endpoint();
    return reads.test(
        new Sql()
            .add(SAME_REVISION, served.revision(), endpoint.tenant(), endpoint.destinationId()));
  }

  private static Endpoint read(DbRow row) {
    return new Endpoint(
        row.column("tenant").getString(),
        row.column("id").getString(),
        row.column("api_version_id").getString(),
        row.column("path").getString(),
        row.column("card_definition_id").getString(),
        Selection.parse(row.column("selection").get(byte[].class)),
        instant(row, "created_at"));
  }

  private static Served readServed(DbRow row) {
    return new Served(
        read(row),
        row.column("protected").getBoolean(),
        texts(row, "languages"),
        row.column("default_language").getString(),
        texts(row, "cors_origins"),
        row.column("revision").getString());
  }
}
