package io.cardloom.publishing.destination;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.publishing.write.Calls;
import io.helidon.dbclient.DbRow;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// Destinations as rows of `destination`. Every method joins the caller's transaction.
public final class DestinationStore {
  /// Most destinations of a workspace that a list or a search for the nearest name looks at.
  private static final int LIST_MAX = 1_000;

  private static final String INSERT =
      """
      INSERT INTO destination (tenant, id, name, description, languages, default_language, cors_origins,
                               protected, version, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;
  private static final String FIND =
      """
      SELECT tenant, id, name, description, languages, default_language, cors_origins, protected, version, created_at,
             updated_at
        FROM destination
       WHERE tenant = ? AND id = ?
      """;
  private static final String LOCK =
      "SELECT id FROM destination WHERE tenant = ? AND id = ? FOR UPDATE";
  private static final String LIST =
      """
      SELECT tenant, id, name, description, languages, default_language, cors_origins, protected, version, created_at,
             updated_at
        FROM destination
       WHERE tenant = ?
       ORDER BY id
       LIMIT ?
      """;

  /// Writes a new destination. Returns whether its id was free.
  public boolean insert(Tx tx, Destination destination) throws SQLException {
    return tx.update(
            INSERT,
            destination.tenant(),
            destination.id(),
            destination.name(),
            destination.description(),
            tx.array("text", destination.languages().toArray()),
            destination.defaultLanguage(),
            tx.array("text", destination.corsOrigins().toArray()),
            destination.isProtected(),
            destination.version(),
            destination.createdAt().atOffset(ZoneOffset.UTC),
            destination.updatedAt().atOffset(ZoneOffset.UTC))
        == 1;
  }

  public Optional<Destination> find(Tx tx, String tenant, String id) {
    return tx.one(FIND, DestinationStore::read, tenant, id);
  }

  /// The destination.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` with the nearest id
  public Destination need(Tx tx, String tenant, String id) {
    return find(tx, tenant, id).orElseThrow(() -> notFound(tx, tenant, id));
  }

  /// Lets no other transaction number or activate versions of it until this one ends.
  public void lock(Tx tx, String tenant, String id) {
    tx.one(LOCK, _ -> true, tenant, id);
  }

  /// In order of ids, at most 1,000.
  public List<Destination> list(Tx tx, String tenant) {
    return tx.list(LIST, DestinationStore::read, tenant, LIST_MAX);
  }

  private RuntimeException notFound(Tx tx, String tenant, String id) {
    var ids = list(tx, tenant).stream().map(Destination::id).toList();
    return new Problem.NotFound(
            "destination",
            id,
            Nearest.of(id, ids),
            List.of(Calls.listConfiguration("It lists the destinations there are.")))
        .exception();
  }

  private static Destination read(DbRow row) {
    return new Destination(
        row.column("tenant").getString(),
        row.column("id").getString(),
        row.column("name").getString(),
        row.column("description").getString(),
        texts(row, "languages"),
        row.column("default_language").getString(),
        texts(row, "cors_origins"),
        row.column("protected").getBoolean(),
        row.column("version").getLong(),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }

  /// A `text[]` column.
  public static List<String> texts(DbRow row, String column) {
    try {
      return List.of((String[]) row.column(column).get(Array.class).getArray());
    } catch (SQLException failure) {
      throw new IllegalStateException(column + " is no text array", failure);
    }
  }

  /// A `timestamptz` column.
  public static Instant instant(DbRow row, String column) {
    return row.column(column).get(Timestamp.class).toInstant();
  }
}
