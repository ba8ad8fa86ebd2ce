package io.cardloom.index;

import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.PropertyType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Collections as rows of `index_collection` and `index_property`, and their tables.
///
/// Remembers columns by revision; a revision is read with every call and given once, so what is
/// remembered is never out of date.
final class Shapes {
  /// Texts, and numbers and times, of a collection with an index in their order: the first ones
  /// defined. Each costs every write of a value a tree insertion; what has none is sorted when
  /// asked for.
  static final int SORTED_MAX = 2;

  /// Properties of a collection over its life: PostgreSQL has 1,600 columns in a table.
  static final int SLOTS_MAX = 1_500;

  /// How exact statistics are: ANALYZE reads 300 rows for each step, and its cost grows with the
  /// square of the columns. Terms decide between plans; columns hardly do.
  private static final int TERM_STATISTICS = 50;

  private static final int COLUMN_STATISTICS = 10;

  private static final int REMEMBERED_MAX = 1_000;

  private static final String FIND =
      "SELECT id, revision FROM index_collection WHERE tenant = ? AND name = ?";
  private static final String COLUMNS =
      """
      SELECT property, type, slot, sorted
        FROM index_property
       WHERE tenant = ? AND collection = ?
       ORDER BY slot
      """;
  private static final String CREATE =
      """
      INSERT INTO index_collection (tenant, name, revision) VALUES (?, ?, nextval('index_revision'))
      ON CONFLICT DO NOTHING
      """;
  private static final String LOCK =
      "SELECT slots FROM index_collection WHERE tenant = ? AND name = ? FOR UPDATE";
  private static final String REVISE =
      """
      UPDATE index_collection SET revision = nextval('index_revision'), slots = ?
       WHERE tenant = ? AND name = ?
      """;
  private static final String PUT_PROPERTIES =
      """
      INSERT INTO index_property (tenant, collection, property, type, slot, sorted)
      SELECT ?, ?, property, type, slot, sorted = 1
        FROM unnest(?, ?, cast(? as bigint[]), cast(? as bigint[])) AS n (property, type, slot, sorted)
      ON CONFLICT (tenant, collection, property) DO UPDATE
         SET type = excluded.type, slot = excluded.slot, sorted = excluded.sorted
      """;
  private static final String FORGET_PROPERTIES =
      "DELETE FROM index_property WHERE tenant = ? AND collection = ?";
  private static final String FORGET_COLLECTION =
      "DELETE FROM index_collection WHERE tenant = ? AND name = ?";

  private final Map<Integer, Shape> remembered = new ConcurrentHashMap<>();

  /// What [#define] did.
  ///
  /// @param rederive a property changed its type: documents must be derived again
  record Defined(Shape shape, boolean rederive) {}

  Optional<Shape> find(Connection connection, CollectionId id) throws SQLException {
    var found =
        new Sql()
            .add(FIND, id.tenant(), id.name())
            .list(connection, row -> Map.entry(row.getInt(1), row.getLong(2)));
    if (found.isEmpty()) return Optional.empty();
    int number = found.getFirst().getKey();
    long revision = found.getFirst().getValue();
    Shape known = remembered.get(number);
    if (known != null && known.revision() == revision) return Optional.of(known);
    var columns = new LinkedHashMap<String, Column>();
    new Sql()
        .add(COLUMNS, id.tenant(), number)
        .list(
            connection,
            row ->
                columns.put(
                    row.getString(1),
                    new Column(
                        row.getString(1),
                        PropertyType.valueOf(row.getString(2)),
                        row.getInt(3),
                        row.getBoolean(4))));
    var shape = new Shape(id, number, revision, columns);
    if (remembered.size() >= REMEMBERED_MAX) remembered.clear();
    remembered.put(number, shape);
    return Optional.of(shape);
  }

  Shape require(Connection connection, CollectionId id) throws SQLException {
    return find(connection, id)
        .orElseThrow(
            () -> new IllegalStateException("collection " + id.name() + " is not defined"));
  }

  Defined define(Tx tx, CollectionId id, List<IndexedProperty> properties) throws SQLException {
    Connection connection = tx.jdbc();
    var before = find(connection, id);
    if (before.isPresent() && changes(before.get(), properties).isEmpty()) {
      return new Defined(before.get(), false);
    }
    new Sql().add(CREATE, id.tenant(), id.name()).run(connection);
    int slots =
        new Sql()
            .add(LOCK, id.tenant(), id.name())
            .list(connection, row -> row.getInt(1))
            .getFirst();
    Shape shape = require(connection, id);
    var changed = changes(shape, properties);
    if (slots + changed.size() > SLOTS_MAX) {
      throw new IllegalStateException(
          "collection " + id.name() + " would have more than " + SLOTS_MAX + " properties");
    }
    boolean made = slots > 0;
    var columns = new ArrayList<>(shape.columns().values());
    var added = new ArrayList<Column>();
    for (IndexedProperty property : changed) {
      var column = new Column(property.id(), property.type(), ++slots, false);
      if (hasRoomToSort(columns, column)) column = column.inOrder();
      added.add(column);
      columns.add(column);
    }
    tx.asOwner(statement -> {
      if (!made) createTable(statement, shape);
      alterTable(statement, shape, added);
    });
    putProperties(connection, shape, added);
    new Sql().add(REVISE, Math.max(slots, 1), id.tenant(), id.name()).run(connection);
    boolean rederive = added.stream().anyMatch(one -> shape.column(one.property()) != null);
    return new Defined(require(connection, id), rederive);
  }

  private static boolean hasRoomToSort(List<Column> columns, Column column) {
    return column.sortable()
        && columns.stream().filter(one -> one.sorted() && one.text() == column.text()).count()
            < SORTED_MAX;
  }

  /// Properties that are new or of another type.
  private static List<IndexedProperty> changes(Shape shape, List<IndexedProperty> properties) {
    var wanted = new LinkedHashMap<String, IndexedProperty>();
    properties.forEach(property -> wanted.put(property.id(), property));
    return wanted.values().stream()
        .filter(property -> {
          Column column = shape.column(property.id());
          return column == null || column.type() != property.type();
        })
        .toList();
  }

  private static void createTable(Statement statement, Shape shape) throws SQLException {
    String table = shape.table();
    String tenant = statement.enquoteLiteral(shape.tenant());
    statement.execute(
        """
        CREATE TABLE %1$s (
          tenant      text     COLLATE "C" NOT NULL,
          key         text     COLLATE "C" NOT NULL,
          version     bigint   NOT NULL,
          accepted_at bigint   NOT NULL,
          deleted     boolean  NOT NULL,
          terms       tsvector STORAGE EXTERNAL,
          body        text     STORAGE EXTERNAL,
          PRIMARY KEY (tenant, key) INCLUDE (version, deleted),
          CONSTRAINT one_tenant CHECK (tenant = %2$s)
        ) WITH (autovacuum_analyze_scale_factor = 0.3)
        """
            .formatted(table, tenant));
    statement.execute(
        """
        CREATE TRIGGER one_tenant BEFORE INSERT OR UPDATE OR DELETE ON %s
           FOR EACH STATEMENT EXECUTE FUNCTION index_doc_own(%s)
        """
            .formatted(table, tenant));
    statement.execute("CREATE INDEX %1$s_terms ON %1$s USING gin (terms)".formatted(table));
  }

  private static void alterTable(Statement statement, Shape shape, List<Column> added)
      throws SQLException {
    if (added.isEmpty()) return;
    var changes = new ArrayList<String>();
    for (Column column : added) {
      Column before = shape.column(column.property());
      if (before != null) changes.add("DROP COLUMN " + before.name());
      changes.add("ADD COLUMN " + column.name() + " " + column.sqlType());
      changes.add("ALTER COLUMN " + column.name() + " SET STATISTICS " + COLUMN_STATISTICS);
    }
    statement.execute("ALTER TABLE " + shape.table() + " " + String.join(", ", changes));
    for (Column column : added) {
      if (!column.sorted()) continue;
      statement.execute(
          "CREATE INDEX %1$s_%2$s ON %1$s (%3$s, key) WHERE %2$s IS NOT NULL"
              .formatted(shape.table(), column.name(), "(" + column.sortExpression() + ")"));
    }
  }

  private static void putProperties(Connection connection, Shape shape, List<Column> columns)
      throws SQLException {
    if (columns.isEmpty()) return;
    new Sql()
        .add(
            PUT_PROPERTIES,
            shape.tenant(),
            shape.id(),
            columns.stream().map(Column::property).toArray(String[]::new),
            columns.stream().map(column -> column.type().name()).toArray(String[]::new),
            columns.stream().map(column -> (long) column.slot()).toArray(Long[]::new),
            columns.stream().map(column -> column.sorted() ? 1L : 0L).toArray(Long[]::new))
        .run(connection);
  }

  void drop(Tx tx, CollectionId id) throws SQLException {
    Connection connection = tx.jdbc();
    new Sql().add(LOCK, id.tenant(), id.name()).list(connection, row -> row.getInt(1));
    var shape = find(connection, id);
    if (shape.isEmpty()) return;
    tx.asOwner(statement -> statement.execute("DROP TABLE " + shape.get().table()));
    new Sql().add(FORGET_PROPERTIES, id.tenant(), shape.get().id()).run(connection);
    new Sql().add(FORGET_COLLECTION, id.tenant(), id.name()).run(connection);
  }
}
