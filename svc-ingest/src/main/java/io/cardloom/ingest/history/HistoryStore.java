package io.cardloom.ingest.history;

import io.cardloom.index.Body;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Tx;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// The history of entries as rows. Every method joins the caller's transaction.
///
/// An entry that never changed is its own history: it says who added it, and has its first row here
/// from its second version on. So what a load costs most, its bodies, is written once.
public final class HistoryStore {
  private static final String OF_ENTRY =
      """
      SELECT version, at, author, correlation_id, change_type, changes
        FROM entry_history
       WHERE tenant = ? AND source_id = ? AND key = ? AND version < ?
       UNION ALL
      SELECT version, updated_at, added_by, added_in, 1, body
        FROM entry
       WHERE tenant = ? AND source_id = ? AND key = ? AND version < ?
         AND version = 1 AND added_by IS NOT NULL
       ORDER BY version DESC
       LIMIT ?
      """;
  private static final String APPEND =
      """
      INSERT INTO entry_history (tenant, source_id, at, author, correlation_id, key, version, change_type, changes)
      SELECT ?, ?, ?, ?, ?, key, version, change_type, changes
        FROM unnest(cast(? AS text[]), cast(? AS bigint[]), cast(? AS smallint[]), cast(? AS bytea[]))
          AS n (key, version, change_type, changes)
      """;
  private static final String APPEND_FIRST =
      """
      INSERT INTO entry_history (tenant, source_id, key, version, at, author, correlation_id, change_type, changes)
      SELECT tenant, source_id, key, version, updated_at, added_by, added_in, 1, body
        FROM entry
       WHERE tenant = ? AND source_id = ? AND key = ANY (?) AND version = 1 AND added_by IS NOT NULL
      """;
  private static final String FORGET =
      """
      DELETE FROM entry_history
       WHERE ctid = ANY (ARRAY (SELECT ctid FROM entry_history WHERE at < ? LIMIT ?))
      """;

  /// How a version came to be.
  public enum ChangeType {
    ADDED(1),
    UPDATED(2),
    DELETED(3),
    /// A property's type changed, and its stored values with it.
    CONVERTED(4);

    private final short number;

    ChangeType(int number) {
      this.number = (short) number;
    }

    static ChangeType of(int number) {
      return switch (number) {
        case 1 -> ADDED;
        case 2 -> UPDATED;
        case 3 -> DELETED;
        case 4 -> CONVERTED;
        default -> throw new IllegalStateException("no change type has the number " + number);
      };
    }
  }

  /// One changed version.
  ///
  /// @param changes JSON: of an added entry its body, of a deleted one the body before, else
  ///   [#changes]
  public record Change(String key, long version, ChangeType type, byte[] changes) {}

  /// A changed version as it was kept.
  public record Kept(
      long version,
      Instant at,
      String author,
      String correlationId,
      ChangeType type,
      byte[] changes) {}

  /// The differences as JSON: `[{"property","language"?,"before","after"}]`.
  public static byte[] changes(Body before, Body after) {
    var out = new ByteArrayOutputStream(256);
    out.write('[');
    boolean first = true;
    for (Body.Change change : before.changesTo(after)) {
      if (!first) out.write(',');
      first = false;
      ascii(out, "{\"property\":\"" + change.property() + "\"");
      if (!change.language().isEmpty()) ascii(out, ",\"language\":\"" + change.language() + "\"");
      ascii(out, ",\"before\":");
      out.writeBytes(change.before());
      ascii(out, ",\"after\":");
      out.writeBytes(change.after());
      out.write('}');
    }
    out.write(']');
    return out.toByteArray();
  }

  private static void ascii(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /// Keeps the first version of locked entries whose second is about to be written.
  public void appendFirst(Tx tx, String tenant, String sourceId, List<String> keys)
      throws SQLException {
    tx.update(APPEND_FIRST, tenant, sourceId, tx.array("text", keys.toArray()));
  }

  /// Keeps what one call changed in entries of one source that were there before.
  public void append(Tx tx, Caller caller, String sourceId, Instant at, List<Change> changes)
      throws SQLException {
    tx.update(
        APPEND,
        caller.tenant(),
        sourceId,
        at.atOffset(ZoneOffset.UTC),
        caller.subject(),
        caller.correlationId(),
        tx.array("text", changes.stream().map(Change::key).toArray()),
        tx.array("int8", changes.stream().map(Change::version).toArray()),
        tx.array("int2", changes.stream().map(change -> change.type().number).toArray()),
        tx.array("bytea", changes.stream().map(Change::changes).toArray(byte[][]::new)));
  }

  /// Versions of one entry below `version`, the newest first; at most `limit`.
  public List<Kept> of(Tx tx, String tenant, String sourceId, String key, long version, int limit)
      throws SQLException {
    var kept = new ArrayList<Kept>();
    try (var statement = tx.jdbc().prepareStatement(OF_ENTRY)) {
      for (int first = 1; first <= 5; first += 4) {
        statement.setString(first, tenant);
        statement.setString(first + 1, sourceId);
        statement.setString(first + 2, key);
        statement.setLong(first + 3, version);
      }
      statement.setInt(9, limit);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          kept.add(
              new Kept(
                  rows.getLong(1),
                  rows.getObject(2, OffsetDateTime.class).toInstant(),
                  rows.getString(3),
                  rows.getString(4),
                  ChangeType.of(rows.getInt(5)),
                  rows.getBytes(6)));
        }
      }
    }
    return kept;
  }

  /// Removes rows older than `before`, of all workspaces; at most `limit`. Returns how many.
  public long forget(Tx tx, Instant before, int limit) {
    return tx.update(FORGET, before.atOffset(ZoneOffset.UTC), limit);
  }
}
