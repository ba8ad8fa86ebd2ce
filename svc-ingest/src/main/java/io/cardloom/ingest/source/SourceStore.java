package io.cardloom.ingest.source;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.ingest.v1.PropertyState;
import io.helidon.dbclient.DbRow;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Data sources as rows. Every method joins the caller's transaction.
public final class SourceStore {
  /// Most sources of one workspace that a list names.
  public static final int SOURCES_MAX = 2_000;

  /// Slots of one source's entry count: imports side by side rarely meet in one.
  private static final int COUNT_SLOTS = 16;

  private static final String FIND =
      """
      SELECT id, name, description, array_to_string(languages, ',') AS languages, version, created_at, updated_at,
             coalesce((SELECT string_agg(related_id, ',' ORDER BY related_id)
                         FROM source_relation r
                        WHERE r.tenant = s.tenant AND r.source_id = s.id), '') AS related
        FROM source s
       WHERE tenant = ? AND id = ?
      """;
  private static final String PROPERTIES =
      """
      SELECT id, display_name, description, type, delimiter, delimiter_before, state
        FROM source_property
       WHERE tenant = ? AND source_id = ?
       ORDER BY id
      """;
  private static final String IDS =
      "SELECT id FROM source WHERE tenant = ? ORDER BY id LIMIT " + SOURCES_MAX;
  private static final String VERSION = "SELECT version FROM source WHERE tenant = ? AND id = ?";

  private static final String HOLD = VERSION + " FOR SHARE";
  private static final String LOCK = VERSION + " FOR UPDATE";
  private static final String INSERT =
      """
      INSERT INTO source (tenant, id, name, description, languages, version, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, 1, ?, ?)
      """;
  private static final String RELATE =
      """
      INSERT INTO source_relation (tenant, source_id, related_id)
      SELECT ?, a, b
        FROM (SELECT cast(? AS text) AS a, id AS b FROM unnest(cast(? AS text[])) AS id
              UNION SELECT id, ? FROM unnest(cast(? AS text[])) AS id) AS pair
          ON CONFLICT DO NOTHING
      """;
  private static final String ADVANCE =
      """
      UPDATE source SET version = version + 1, updated_at = ?
       WHERE tenant = ? AND id = ?
      RETURNING version
      """;
  private static final String WRITE_PROPERTIES =
      """
      INSERT INTO source_property
             (tenant, source_id, id, display_name, description, type, delimiter, delimiter_before, state)
      SELECT ?, ?, id, display_name, description, type, delimiter, delimiter_before, state
        FROM unnest(cast(? AS text[]), cast(? AS text[]), cast(? AS text[]), cast(? AS int2[]), cast(? AS text[]),
                    cast(? AS text[]), cast(? AS int2[]))
          AS p (id, display_name, description, type, delimiter, delimiter_before, state)
          ON CONFLICT (tenant, source_id, id) DO UPDATE
         SET display_name = excluded.display_name, description = excluded.description, type = excluded.type,
             delimiter = excluded.delimiter, delimiter_before = excluded.delimiter_before, state = excluded.state
      """;
  private static final String COUNT =
      "SELECT cast(coalesce(sum(entries), 0) AS bigint) AS entries FROM source_entry_count"
          + " WHERE tenant = ? AND source_id = ?";
  private static final String ADD_TO_COUNT =
      """
      INSERT INTO source_entry_count (tenant, source_id, slot, entries) VALUES (?, ?, ?, ?)
          ON CONFLICT (tenant, source_id, slot) DO UPDATE
         SET entries = source_entry_count.entries + excluded.entries
      """;
  private static final String NODES =
      """
      SELECT s.id, s.name,
             EXISTS (SELECT FROM source_property p
                      WHERE p.tenant = s.tenant AND p.source_id = s.id AND p.state = ?) AS updating,
             cast(coalesce((SELECT sum(c.entries) FROM source_entry_count c
                             WHERE c.tenant = s.tenant AND c.source_id = s.id), 0) AS bigint) AS entries
        FROM source s
       WHERE s.tenant = ?
       ORDER BY s.id
       LIMIT\
      """
          + " "
          + SOURCES_MAX;

  /// A source as the configuration graph shows it.
  ///
  /// @param updating a change of a property is being applied
  public record Node(String id, String name, boolean updating, long entries) {}

  /// The source and its properties.
  ///
  /// @throws ProblemException `NotFound` with the nearest id
  public Schema schema(Tx tx, String tenant, String id) {
    DataSource source =
        tx.one(FIND, SourceStore::source, tenant, id).orElseThrow(() -> notFound(tx, tenant, id));
    return new Schema(source, tx.list(PROPERTIES, SourceStore::property, tenant, id));
  }

  public Optional<DataSource> find(Tx tx, String tenant, String id) {
    return tx.one(FIND, SourceStore::source, tenant, id);
  }

  /// Ids of the workspace's sources, in order; at most [#SOURCES_MAX].
  public List<String> ids(Tx tx, String tenant) {
    return tx.list(IDS, row -> row.column("id").getString(), tenant);
  }

  /// Makes sure that there is such a source; for reads.
  ///
  /// @throws ProblemException `NotFound` with the nearest id
  public void require(Tx tx, String tenant, String id) {
    var _ = version(tx, VERSION, tenant, id);
  }

  /// The source's version, held until the transaction ends: nobody changes the source meanwhile,
  /// others may hold it too.
  public long hold(Tx tx, String tenant, String id) {
    return version(tx, HOLD, tenant, id);
  }

  /// The source's version, locked for a change of the source or its properties: waits for the
  /// imports under way, and the next ones wait for it.
  public long lock(Tx tx, String tenant, String id) {
    return version(tx, LOCK, tenant, id);
  }

  private long version(Tx tx, String statement, String tenant, String id) {
    return tx.one(statement, row -> row.column("version").getLong(), tenant, id)
        .orElseThrow(() -> notFound(tx, tenant, id));
  }

  void insert(Tx tx, String tenant, DataSource source) throws SQLException {
    var at = source.createdAt().atOffset(ZoneOffset.UTC);
    tx.update(
        INSERT,
        tenant,
        source.id(),
        source.name(),
        source.description(),
        texts(tx, source.languages()),
        at,
        at);
    if (source.related().isEmpty()) return;
    var related = texts(tx, source.related());
    tx.update(RELATE, tenant, source.id(), related, source.id(), related);
  }

  /// Counts a change of the source. Returns its new version.
  public long advance(Tx tx, String tenant, String id, Instant at) {
    return tx.one(
            ADVANCE,
            row -> row.column("version").getLong(),
            at.atOffset(ZoneOffset.UTC),
            tenant,
            id)
        .orElseThrow(() -> notFound(tx, tenant, id));
  }

  /// Adds the properties, or replaces what is stored of them.
  public void write(Tx tx, String tenant, String sourceId, Collection<SourceProperty> properties)
      throws SQLException {
    if (properties.isEmpty()) return;
    var ids = new ArrayList<String>();
    var names = new ArrayList<String>();
    var descriptions = new ArrayList<String>();
    var types = new ArrayList<Short>();
    var delimiters = new ArrayList<String>();
    var delimitersBefore = new ArrayList<String>();
    var states = new ArrayList<Short>();
    for (SourceProperty property : properties) {
      ids.add(property.id());
      names.add(property.displayName());
      descriptions.add(property.description());
      types.add((short) property.type().getNumber());
      delimiters.add(property.delimiter());
      delimitersBefore.add(property.delimiterBefore());
      states.add((short) property.state().getNumber());
    }
    tx.update(
        WRITE_PROPERTIES,
        tenant,
        sourceId,
        texts(tx, ids),
        texts(tx, names),
        texts(tx, descriptions),
        tx.array("int2", types.toArray()),
        texts(tx, delimiters),
        texts(tx, delimitersBefore),
        tx.array("int2", states.toArray()));
  }

  /// Live entries of the source.
  public long count(Tx tx, String tenant, String sourceId) {
    return tx.one(COUNT, row -> row.column("entries").getLong(), tenant, sourceId).orElse(0L);
  }

  /// Counts entries that came or went. The last statement of a transaction, since imports into one
  /// slot wait for each other here.
  public void addToCount(Tx tx, String tenant, String sourceId, long entries) {
    if (entries == 0) return;
    tx.update(
        ADD_TO_COUNT,
        tenant,
        sourceId,
        (short) ThreadLocalRandom.current().nextInt(COUNT_SLOTS),
        entries);
  }

  /// All sources of the workspace, in order of ids.
  List<Node> nodes(Tx tx, String tenant) {
    return tx.list(
        NODES,
        row ->
            new Node(
                row.column("id").getString(),
                row.column("name").getString(),
                row.column("updating").getBoolean(),
                row.column("entries").getLong()),
        (short) PropertyState.PROPERTY_STATE_UPDATING_VALUE,
        tenant);
  }

  private ProblemException notFound(Tx tx, String tenant, String id) {
    return new Problem.NotFound(
            "data source",
            id,
            Nearest.of(id, ids(tx, tenant)),
            List.of(new Next("list_configuration", "{}", "names the data sources")))
        .exception();
  }

  private static java.sql.Array texts(Tx tx, List<String> values) throws SQLException {
    return tx.array("text", values.toArray());
  }

  private static DataSource source(DbRow row) {
    return new DataSource(
        row.column("id").getString(),
        row.column("name").getString(),
        row.column("description").getString(),
        words(row.column("languages").getString()),
        words(row.column("related").getString()),
        row.column("version").getLong(),
        row.column("created_at").get(java.sql.Timestamp.class).toInstant(),
        row.column("updated_at").get(java.sql.Timestamp.class).toInstant());
  }

  private static SourceProperty property(DbRow row) {
    return new SourceProperty(
        row.column("id").getString(),
        row.column("display_name").getString(),
        row.column("description").getString(),
        PropertyType.forNumber(row.column("type").get(Number.class).intValue()),
        row.column("delimiter").getString(),
        row.column("delimiter_before").getString(),
        PropertyState.forNumber(row.column("state").get(Number.class).intValue()));
  }

  private static List<String> words(String joined) {
    return joined.isEmpty() ? List.of() : List.of(joined.split(","));
  }
}
