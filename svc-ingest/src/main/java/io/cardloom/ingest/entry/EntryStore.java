package io.cardloom.ingest.entry;

import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.ingest.v1.SampleEntry;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Entries as rows. Every method joins the caller's transaction; each is one statement, however
/// many entries it is about.
public final class EntryStore {
  private static final String OF_KEYS =
      """
      SELECT key, version, updated_at, deleted, body
        FROM entry
       WHERE tenant = ? AND source_id = ? AND key = ANY (?)
       ORDER BY key
      """;
  private static final String OF_KEYS_LOCKED = OF_KEYS + " FOR UPDATE";
  private static final String INSERT =
      """
      INSERT INTO entry (tenant, source_id, updated_at, added_by, added_in, key, version, deleted, body)
      SELECT ?, ?, ?, ?, ?, key, ?, false, body
        FROM unnest(cast(? AS text[]), cast(? AS bytea[])) AS n (key, body)
      """;
  private static final String UPDATE =
      """
      UPDATE entry e
         SET version = c.version, updated_at = ?, added_by = NULL, added_in = NULL,
             deleted = c.deleted, body = c.body
        FROM unnest(cast(? AS text[]), cast(? AS bigint[]), cast(? AS boolean[]), cast(? AS bytea[]))
          AS c (key, version, deleted, body)
       WHERE e.tenant = ? AND e.source_id = ? AND e.key = c.key
      """;
  private static final String RECENT =
      """
      SELECT key, version, updated_at, deleted, CASE WHEN ? THEN body ELSE '{}' END
        FROM entry
       WHERE tenant = ? AND source_id = ? AND NOT deleted
         AND updated_at >= ? AND updated_at <= ? AND (updated_at, key) < (?, ?)
       ORDER BY updated_at DESC, key DESC
       LIMIT ?
      """;
  private static final String RECENT_OF_KEYS =
      """
      SELECT key, version, updated_at, deleted, CASE WHEN ? THEN body ELSE '{}' END
        FROM entry
       WHERE tenant = ? AND source_id = ? AND NOT deleted
         AND updated_at >= ? AND updated_at <= ? AND (updated_at, key) < (?, ?)
         AND key = ANY (?)
       ORDER BY updated_at DESC, key DESC
       LIMIT ?
      """;
  private static final String COUNT =
      """
      SELECT count(*) AS entries
        FROM entry
       WHERE tenant = ? AND source_id = ? AND NOT deleted
         AND updated_at >= ? AND updated_at <= ? AND (? OR key = ANY (?))
      """;
  private static final String LARGER =
      """
      SELECT c.key
        FROM unnest(cast(? AS text[]), cast(? AS int[])) AS c (key, bytes)
        LEFT JOIN entry e ON e.tenant = ? AND e.source_id = ? AND e.key = c.key AND NOT e.deleted
       WHERE c.bytes + coalesce(octet_length(e.body), 0) > ?
       LIMIT ?
      """;
  private static final String AFTER_KEY =
      """
      SELECT key, version, updated_at, deleted, body
        FROM entry
       WHERE tenant = ? AND source_id = ? AND key > ? AND NOT deleted
       ORDER BY key
       LIMIT ?
      """;
  private static final String HOLDING_AFTER_KEY =
      """
      SELECT key, version, updated_at, deleted, body
        FROM entry
       WHERE tenant = ? AND source_id = ? AND key > ? AND NOT deleted AND position(? IN body) > 0
       ORDER BY key
       LIMIT ?
      """;
  private static final String HOLDING_AFTER_KEY_LOCKED = HOLDING_AFTER_KEY + " FOR UPDATE";
  private static final OffsetDateTime EVER_BEFORE =
      OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
  private static final OffsetDateTime EVER_AFTER =
      OffsetDateTime.of(9999, 12, 31, 0, 0, 0, 0, ZoneOffset.UTC);

  /// A part of the entries in order of their last change.
  ///
  /// @param ids only these; empty means all
  /// @param from inclusive
  /// @param to inclusive
  /// @param beforeAt where the page before ended, with `beforeKey`
  record Window(
      Collection<String> ids,
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<Instant> beforeAt,
      String beforeKey) {
    /// Every entry of the source.
    boolean whole() {
      return ids.isEmpty() && from.isEmpty() && to.isEmpty();
    }
  }

  /// The rows of these keys, tombstones too, by key. With `locked` they stay as they are until the
  /// transaction ends; locks are taken in order of keys.
  public Map<String, EntryRow> ofKeys(
      Tx tx, String tenant, String sourceId, Collection<String> keys, boolean locked)
      throws SQLException {
    var rows = new HashMap<String, EntryRow>(keys.size() * 2);
    try (var statement = tx.jdbc().prepareStatement(locked ? OF_KEYS_LOCKED : OF_KEYS)) {
      statement.setString(1, tenant);
      statement.setString(2, sourceId);
      statement.setArray(3, tx.array("text", keys.toArray()));
      read(statement).forEach(row -> rows.put(row.key(), row));
    }
    return rows;
  }

  /// Adds entries that have no row yet, in their first version.
  void insert(Tx tx, Caller caller, String sourceId, Instant at, List<EntryRow> rows)
      throws SQLException {
    tx.update(
        INSERT,
        caller.tenant(),
        sourceId,
        at.atOffset(ZoneOffset.UTC),
        caller.subject(),
        caller.correlationId(),
        EntryRow.FIRST_VERSION,
        tx.array("text", rows.stream().map(EntryRow::key).toArray()),
        tx.array("bytea", rows.stream().map(EntryRow::body).toArray(byte[][]::new)));
  }

  /// Replaces rows that are locked.
  void update(Tx tx, String tenant, String sourceId, Instant at, List<EntryRow> rows)
      throws SQLException {
    long changed =
        tx.update(
            UPDATE,
            at.atOffset(ZoneOffset.UTC),
            tx.array("text", rows.stream().map(EntryRow::key).toArray()),
            tx.array("int8", rows.stream().map(EntryRow::version).toArray()),
            tx.array("bool", rows.stream().map(EntryRow::deleted).toArray()),
            tx.array("bytea", rows.stream().map(EntryRow::body).toArray(byte[][]::new)),
            tenant,
            sourceId);
    if (changed != rows.size()) {
      throw new IllegalStateException(
          "of " + rows.size() + " locked entries " + changed + " were there");
    }
  }

  /// Live entries, the most recently changed first.
  ///
  /// @param bodies else every body is `{}`, and none is read
  List<EntryRow> recent(
      Tx tx, String tenant, String sourceId, Window window, boolean bodies, int limit)
      throws SQLException {
    boolean all = window.ids().isEmpty();
    try (var statement = tx.jdbc().prepareStatement(all ? RECENT : RECENT_OF_KEYS)) {
      statement.setBoolean(1, bodies);
      statement.setString(2, tenant);
      statement.setString(3, sourceId);
      statement.setObject(4, utc(window.from(), EVER_BEFORE));
      // Also bounds the index scan of a later page.
      OffsetDateTime cursor = utc(window.beforeAt(), EVER_AFTER);
      OffsetDateTime to = utc(window.to(), EVER_AFTER);
      statement.setObject(5, to.isBefore(cursor) ? to : cursor);
      statement.setObject(6, cursor);
      statement.setString(7, window.beforeKey());
      if (!all) statement.setArray(8, tx.array("text", window.ids().toArray()));
      statement.setInt(all ? 8 : 9, limit);
      return read(statement);
    }
  }

  /// How many live entries of the window there are, on whatever page.
  long count(Tx tx, String tenant, String sourceId, Window window) throws SQLException {
    return tx.one(
            COUNT,
            row -> row.column("entries").getLong(),
            tenant,
            sourceId,
            utc(window.from(), EVER_BEFORE),
            utc(window.to(), EVER_AFTER),
            window.ids().isEmpty(),
            tx.array("text", window.ids().toArray()))
        .orElse(0L);
  }

  /// Keys of entries that would have more than `bytesMax` if `bytes` were added to what is stored
  /// of each; at most `limit`.
  List<String> larger(
      Tx tx,
      String tenant,
      String sourceId,
      List<String> keys,
      int[] bytes,
      int bytesMax,
      int limit)
      throws SQLException {
    return tx.list(
        LARGER,
        row -> row.column("key").getString(),
        tx.array("text", keys.toArray()),
        tx.array("int4", Arrays.stream(bytes).boxed().toArray()),
        tenant,
        sourceId,
        bytesMax,
        limit);
  }

  /// Live entries in order of keys.
  List<EntryRow> afterKey(Tx tx, String tenant, String sourceId, String key, int limit)
      throws SQLException {
    try (var statement = tx.jdbc().prepareStatement(AFTER_KEY)) {
      statement.setString(1, tenant);
      statement.setString(2, sourceId);
      statement.setString(3, key);
      statement.setInt(4, limit);
      return read(statement);
    }
  }

  /// Live entries that hold a value of the property, in order of keys. A property that is named as
  /// a language finds localized values of that language too: look into the body.
  public List<EntryRow> holding(
      Tx tx,
      String tenant,
      String sourceId,
      String propertyId,
      String afterKey,
      int limit,
      boolean locked)
      throws SQLException {
    String statementText = locked ? HOLDING_AFTER_KEY_LOCKED : HOLDING_AFTER_KEY;
    try (var statement = tx.jdbc().prepareStatement(statementText)) {
      statement.setString(1, tenant);
      statement.setString(2, sourceId);
      statement.setString(3, afterKey);
      // A quote inside a text is escaped, so this is a name wherever it occurs.
      statement.setBytes(4, ("\"" + propertyId + "\":").getBytes(StandardCharsets.UTF_8));
      statement.setInt(5, limit);
      return read(statement);
    }
  }

  /// The entry changed last, as import takes it.
  public Optional<SampleEntry> sample(Tx tx, String tenant, String sourceId) throws SQLException {
    var newest = new Window(List.of(), Optional.empty(), Optional.empty(), Optional.empty(), "");
    return recent(tx, tenant, sourceId, newest, true, 1).stream()
        .findFirst()
        .map(row ->
            SampleEntry.newBuilder()
                .setId(row.key())
                .setValues(Json.newBuilder().setUtf8(UnsafeByteOperations.unsafeWrap(row.body())))
                .build());
  }

  private static OffsetDateTime utc(Optional<Instant> at, OffsetDateTime otherwise) {
    return at.map(instant -> instant.atOffset(ZoneOffset.UTC)).orElse(otherwise);
  }

  private static List<EntryRow> read(PreparedStatement statement) throws SQLException {
    var rows = new ArrayList<EntryRow>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rows.add(
            new EntryRow(
                result.getString(1),
                result.getLong(2),
                result.getObject(3, OffsetDateTime.class).toInstant(),
                result.getBoolean(4),
                result.getBytes(5)));
      }
    }
    return rows;
  }
}
