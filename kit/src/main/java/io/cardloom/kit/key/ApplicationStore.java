package io.cardloom.kit.key;

import io.cardloom.kit.db.Tx;
import io.helidon.dbclient.DbRow;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Applications and their keys as rows. Every method joins the caller's transaction.
final class ApplicationStore {
  private static final String COLUMNS =
      """
      id, name, description, resource_ids, key_days, created_by, created_at, version,
      coalesce(revoked_at, 'epoch') AS revoked_at
      """;
  private static final String KEY_COLUMNS =
      """
      id, application_id, created_by, created_at, expires_at,
      coalesce(last_used_at, 'epoch') AS last_used_at, coalesce(revoked_at, 'epoch') AS revoked_at
      """;
  private static final String INSERT =
      """
      INSERT INTO application (tenant, id, name, description, resource_ids, key_days, created_by, created_at, version)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;
  private static final String LOCK =
      "SELECT " + COLUMNS + " FROM application WHERE tenant = ? AND id = ? FOR UPDATE";
  private static final String LIST =
      "SELECT "
          + COLUMNS
          + """
            FROM application
           WHERE tenant = ?
             AND (? OR revoked_at IS NULL)
             AND (? = '' OR strpos(lower(id), lower(?)) > 0 OR strpos(lower(name), lower(?)) > 0)
           ORDER BY id
           LIMIT ?
          """;
  private static final String IDS =
      "SELECT id FROM application WHERE tenant = ? ORDER BY id LIMIT ?";
  private static final String COUNT =
      "SELECT count(*) AS n FROM application WHERE tenant = ? AND revoked_at IS NULL";
  private static final String ADVANCE =
      "UPDATE application SET version = version + 1 WHERE tenant = ? AND id = ?";
  private static final String REVOKE =
      "UPDATE application SET revoked_at = ?, version = version + 1 WHERE tenant = ? AND id = ?";
  private static final String FORGET =
      """
      DELETE FROM application
       WHERE tenant = ?
         AND (revoked_at < ?
              OR id IN (SELECT id FROM application
                         WHERE tenant = ? AND revoked_at IS NOT NULL
                         ORDER BY revoked_at DESC, id OFFSET ?))
      """;

  private static final String INSERT_KEY =
      """
      INSERT INTO application_key (tenant, id, application_id, seal, created_by, created_at, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String KEYS =
      "SELECT "
          + KEY_COLUMNS
          + """
            FROM application_key
           WHERE tenant = ? AND application_id = ANY (?)
           ORDER BY application_id, created_at DESC, id
          """;
  private static final String SEALED =
      """
      SELECT k.id, k.application_id, k.seal, k.created_by, k.created_at, k.expires_at,
             coalesce(k.last_used_at, 'epoch') AS last_used_at, coalesce(k.revoked_at, 'epoch') AS revoked_at,
             a.resource_ids
        FROM application_key k
        JOIN application a ON a.tenant = k.tenant AND a.id = k.application_id
       WHERE k.tenant = ? AND k.id = ?
      """;
  private static final String REVOKE_KEYS =
      """
      UPDATE application_key SET revoked_at = ?
       WHERE tenant = ? AND application_id = ? AND revoked_at IS NULL AND (? = '' OR id = ?)
      """;
  private static final String FORGET_KEYS =
      "DELETE FROM application_key WHERE tenant = ? AND id = ANY (?)";
  private static final String USED =
      """
      UPDATE application_key k SET last_used_at = u.at
        FROM unnest(cast(? AS text[]), cast(? AS text[]), cast(? AS timestamptz[])) AS u (tenant, id, at)
       WHERE k.tenant = u.tenant AND k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)
      """;

  /// What proves a key's text, and what it opens.
  record Sealed(Application.Key key, String applicationId, byte[] seal, List<String> resourceIds) {}

  /// Writes a new application without its keys. Returns whether its id was free.
  boolean insert(Tx tx, Application application) throws SQLException {
    return tx.update(
            INSERT,
            application.tenant(),
            application.id(),
            application.name(),
            application.description(),
            tx.array("text", application.resourceIds().toArray()),
            application.keyDays(),
            application.createdBy(),
            application.createdAt().atOffset(ZoneOffset.UTC),
            application.version())
        == 1;
  }

  void insertKey(Tx tx, String tenant, String applicationId, Application.Key key, byte[] seal) {
    tx.update(
        INSERT_KEY,
        tenant,
        key.id(),
        applicationId,
        seal,
        key.createdBy(),
        key.createdAt().atOffset(ZoneOffset.UTC),
        key.expiresAt().atOffset(ZoneOffset.UTC));
  }

  /// The application with its keys; nobody else changes either until the transaction ends.
  Optional<Application> lock(Tx tx, String tenant, String id) throws SQLException {
    var found = tx.one(LOCK, row -> application(tenant, row), tenant, id);
    return found.isEmpty()
        ? found
        : Optional.of(withKeys(tx, tenant, List.of(found.get())).getFirst());
  }

  /// In order of ids.
  ///
  /// @param query part of an id or name; empty for all
  List<Application> list(Tx tx, String tenant, String query, boolean revokedToo, int limit)
      throws SQLException {
    var found =
        tx.list(
            LIST, row -> application(tenant, row), tenant, revokedToo, query, query, query, limit);
    return withKeys(tx, tenant, found);
  }

  private List<Application> withKeys(Tx tx, String tenant, List<Application> applications)
      throws SQLException {
    if (applications.isEmpty()) return applications;
    Map<String, List<Application.Key>> keys = new HashMap<>();
    var ids = tx.array("text", applications.stream().map(Application::id).toArray());
    tx.list(KEYS, row -> Map.entry(row.column("application_id").getString(), key(row)), tenant, ids)
        .forEach(
            one -> keys.computeIfAbsent(one.getKey(), _ -> new ArrayList<>()).add(one.getValue()));
    return applications.stream()
        .map(one -> one.with(keys.getOrDefault(one.id(), List.of())))
        .toList();
  }

  /// Ids of the workspace's applications, for the nearest one.
  List<String> ids(Tx tx, String tenant, int limit) {
    return tx.list(IDS, row -> row.column("id").getString(), tenant, limit);
  }

  /// Applications that were not revoked.
  int count(Tx tx, String tenant) {
    return tx.one(COUNT, row -> row.column("n").get(Number.class).intValue(), tenant).orElse(0);
  }

  /// Counts a change of the application or its keys.
  void advance(Tx tx, String tenant, String id) {
    tx.update(ADVANCE, tenant, id);
  }

  void revoke(Tx tx, String tenant, String id, Instant at) {
    tx.update(REVOKE, at.atOffset(ZoneOffset.UTC), tenant, id);
  }

  /// Ends one key, or all of the application where `keyId` is empty. Returns how many.
  long revokeKeys(Tx tx, String tenant, String applicationId, String keyId, Instant at) {
    return tx.update(REVOKE_KEYS, at.atOffset(ZoneOffset.UTC), tenant, applicationId, keyId, keyId);
  }

  void forgetKeys(Tx tx, String tenant, List<String> ids) throws SQLException {
    if (ids.isEmpty()) return;
    tx.update(FORGET_KEYS, tenant, tx.array("text", ids.toArray()));
  }

  /// Removes the workspace's applications that were revoked before a time, or before the last
  /// `keep` of them, with their keys.
  void forget(Tx tx, String tenant, Instant before, int keep) {
    tx.update(FORGET, tenant, before.atOffset(ZoneOffset.UTC), tenant, keep);
  }

  Optional<Sealed> sealed(Tx tx, String tenant, String keyId) {
    return tx.one(
        SEALED,
        row ->
            new Sealed(
                key(row),
                row.column("application_id").getString(),
                row.column("seal").get(byte[].class),
                texts(row, "resource_ids")),
        tenant,
        keyId);
  }

  /// Keeps when keys were last used, of all workspaces.
  void used(Tx tx, List<KeyUses.Use> uses) throws SQLException {
    tx.update(
        USED,
        tx.array("text", uses.stream().map(KeyUses.Use::tenant).toArray()),
        tx.array("text", uses.stream().map(KeyUses.Use::keyId).toArray()),
        tx.array(
            "timestamptz",
            uses.stream().map(use -> use.at().atOffset(ZoneOffset.UTC).toString()).toArray()));
  }

  private static Application application(String tenant, DbRow row) {
    return new Application(
        tenant,
        row.column("id").getString(),
        row.column("name").getString(),
        row.column("description").getString(),
        texts(row, "resource_ids"),
        row.column("key_days").get(Number.class).intValue(),
        row.column("created_by").getString(),
        instant(row, "created_at"),
        some(row, "revoked_at"),
        row.column("version").getLong(),
        List.of());
  }

  private static Application.Key key(DbRow row) {
    return new Application.Key(
        row.column("id").getString(),
        row.column("created_by").getString(),
        instant(row, "created_at"),
        instant(row, "expires_at"),
        some(row, "last_used_at"),
        some(row, "revoked_at"));
  }

  private static List<String> texts(DbRow row, String column) {
    try {
      return List.of((String[]) row.column(column).get(Array.class).getArray());
    } catch (SQLException failure) {
      throw new IllegalStateException(column + " is no text array", failure);
    }
  }

  /// A column that is `epoch` where there is no time.
  private static Optional<Instant> some(DbRow row, String column) {
    Instant at = instant(row, column);
    return at.equals(Instant.EPOCH) ? Optional.empty() : Optional.of(at);
  }

  private static Instant instant(DbRow row, String column) {
    return row.column(column).get(Timestamp.class).toInstant();
  }
}
