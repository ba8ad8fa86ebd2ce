package io.cardloom.index;

import io.cardloom.kit.db.Sql;
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
/// Remembers the newest it saw of each, by its revision, which is given once.
final class Shapes {
  /// Properties of a collection that a tree holds in order. Each costs every write of a value an
  /// insertion; the matches of a search by another are sorted when it is asked.
  static final int SORTED_MAX = 6;

  /// Properties of a collection over its life: PostgreSQL has 1,600 columns in a table.
  static final int SLOTS_MAX = 1_500;

  /// How exact statistics are: ANALYZE reads 300 rows for each step of the most exact column or
  /// index, and looks at every column of them. Terms decide between plans, and ranges of numbers.
  private static final int TERM_STATISTICS = 30;

  private static final int RANGE_STATISTICS = 10;

  /// The other columns have none: their tests say nothing to the planner, and ANALYZE would put
  /// thousands of bodies in order.
  private static final int NO_STATISTICS = 0;

  private static final int REMEMBERED_MAX = 1_000;

  private static final String FIND =
      "SELECT id, revision, inverted FROM index_collection WHERE tenant = ? AND name = ?";
  private static final String COLUMNS =
      """
      SELECT property, type, slot, sorted
        FROM index_property
       WHERE tenant = ? AND collection = ?
       ORDER BY slot
      """;
  private static final String CREATE =
      """
      INSERT INTO index_collection (tenant, name, revision, inverted)
      VALUES (?, ?, nextval('index_revision'), false)
      ON CONFLICT DO NOTHING
      """;
  private static final String LOCK =
      "SELECT slots FROM index_collection WHERE tenant = ? AND name = ? FOR UPDATE";
  private static final String REVISE =
      """
      UPDATE index_collection SET revision = nextval('index_revision')
       WHERE tenant = ? AND name = ?
      """;
  private static final String PUT_INVERTED =
      "UPDATE index_collection SET inverted = true WHERE tenant = ? AND name = ?";
  private static final String TAKE_SLOTS =
      "UPDATE index_collection SET slots = ? WHERE tenant = ? AND name = ?";
  private static final String PUT_PROPERTIES =
      """
      INSERT INTO index_property (tenant, collection, property, type, slot, sorted)
      SELECT ?, ?, property, type, slot, false
        FROM unnest(?, ?, cast(? as bigint[])) AS n (property, type, slot)
      ON CONFLICT (tenant, collection, property) DO UPDATE
         SET type = excluded.type, slot = excluded.slot, sorted = excluded.sorted
      """;
  private static final String PUT_IN_ORDER =
      """
      UPDATE index_property SET sorted = true
       WHERE tenant = ? AND collection = ? AND property = ?
      """;
  private static final String FORGET_PROPERTIES =
      "DELETE FROM index_property WHERE tenant = ? AND collection = ?";
  private static final String FORGET_COLLECTION =
      "DELETE FROM index_collection WHERE tenant = ? AND name = ?";

  private final Map<CollectionId, Shape> remembered = new ConcurrentHashMap<>();

  /// What [#define] did.
  ///
  /// @param rederive a property changed its type: documents must be derived again
  record Defined(Shape shape, boolean rederive) {}

  Optional<Shape> find(Connection connection, CollectionId id) throws SQLException {
    var found =
        new Sql()
            .add(FIND, id.tenant(), id.name())
            .list(
                connection,
                row -> new Shape(id, row.getInt(1), row.getLong(2), row.getBoolean(3), Map.of()));
    if (found.isEmpty()) return Optional.empty();
    Shape bare = found.getFirst();
    Shape known = remembered.get(id);
    if (known != null && known.id() == bare.id() && known.revision() == bare.revision())
      return Optional.of(known);
    var columns = new LinkedHashMap<String, Column>();
    new Sql()
        .add(COLUMNS, id.tenant(), bare.id())
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
    Shape shape = bare.with(columns);
    if (remembered.size() >= REMEMBERED_MAX) remembered.clear();
    remembered.put(id, shape);
    return Optional.of(shape);
  }

  /// The collection as it is or as it was. Numbers of tables and of columns are given once: what is
  /// asked by an old shape is answered rightly, or fails by what it asks for.
  Shape remembered(Tx tx, CollectionId id) throws SQLException {
    Shape known = remembered.get(id);
    return known != null && tx.mayTrust() ? known : require(tx.jdbc(), id);
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
    var added = new ArrayList<Column>();
    for (IndexedProperty property : changed) {
      added.add(new Column(property.id(), property.type(), ++slots, false));
    }
    tx.asOwner(statement -> {
      if (!made) createTable(statement, shape);
      alterTable(statement, shape, added);
    });
    putProperties(connection, shape, added);
    new Sql().add(TAKE_SLOTS, Math.max(slots, 1), id.tenant(), id.name()).run(connection);
    new Sql().add(REVISE, id.tenant(), id.name()).run(connection);
    boolean rederive = added.stream().anyMatch(one -> shape.column(one.property()) != null);
    return new Defined(require(connection, id), rederive);
  }

  /// Has the table hold the order of a property from now on. Writers of the collection wait
  /// meanwhile: some seconds for each million documents. Nothing to do where it does, or where the
  /// collection holds its share of orders. Returns whether it was made.
  boolean order(Tx tx, CollectionId id, String property) throws SQLException {
    Connection connection = tx.jdbc();
    new Sql().add(LOCK, id.tenant(), id.name()).list(connection, row -> row.getInt(1));
    Shape shape = find(connection, id).orElse(null);
    Column column = shape == null ? null : shape.column(property);
    if (shape == null || column == null || !shape.mayOrder(column)) return false;
    tx.asOwner(statement -> createTree(statement, shape.table(), column));
    new Sql().add(PUT_IN_ORDER, id.tenant(), shape.id(), property).run(connection);
    new Sql().add(REVISE, id.tenant(), id.name()).run(connection);
    return true;
  }

  /// Has the inverted index hold all there is: makes it, or merges what it holds back. Writers of
  /// the collection wait while it is made, a second for some 50,000 documents; for a merge only
  /// those who would merge too. Returns whether there is such a collection.
  boolean invert(Tx tx, CollectionId id) throws SQLException {
    Connection connection = tx.jdbc();
    Shape shape = find(connection, id).orElse(null);
    if (shape != null && !shape.inverted()) {
      new Sql().add(LOCK, id.tenant(), id.name()).list(connection, row -> row.getInt(1));
      shape = find(connection, id).orElse(null);
    }
    if (shape == null) return false;
    String table = shape.table();
    String terms = terms(shape);
    if (shape.inverted()) {
      tx.asOwner(owner -> owner.execute("SELECT gin_clean_pending_list('%s')".formatted(terms)));
      return true;
    }
    tx.asOwner(
        owner -> owner.execute("CREATE INDEX %s ON %s USING gin (terms)".formatted(terms, table)));
    new Sql().add(PUT_INVERTED, id.tenant(), id.name()).run(connection);
    new Sql().add(REVISE, id.tenant(), id.name()).run(connection);
    return true;
  }

  /// The inverted index of a collection.
  static String terms(Shape shape) {
    return shape.table() + "_terms";
  }

  private static void createTree(Statement statement, String table, Column column)
      throws SQLException {
    String tree = table + "_" + column.name();
    statement.execute(
        "CREATE INDEX %s ON %s ((%s), key) WHERE %s IS NOT NULL"
            .formatted(tree, table, column.sortExpression(), column.name()));
    // Nobody asks how an expression's values are spread, and ANALYZE would read ten times as much.
    if (column.text()) {
      statement.execute("ALTER INDEX " + tree + " ALTER COLUMN 1 SET STATISTICS " + NO_STATISTICS);
    }
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
    var exact = new ArrayList<String>();
    for (String column : List.of("tenant", "key", "deleted")) {
      exact.add(statistics(column, RANGE_STATISTICS));
    }
    for (String column : List.of("version", "accepted_at", "body")) {
      exact.add(statistics(column, NO_STATISTICS));
    }
    exact.add(statistics("terms", TERM_STATISTICS));
    statement.execute("ALTER TABLE " + table + " " + String.join(", ", exact));
  }

  private static String statistics(String column, int steps) {
    return "ALTER COLUMN " + column + " SET STATISTICS " + steps;
  }

  private static void alterTable(Statement statement, Shape shape, List<Column> added)
      throws SQLException {
    if (added.isEmpty()) return;
    var changes = new ArrayList<String>();
    for (Column column : added) {
      Column before = shape.column(column.property());
      if (before != null) changes.add("DROP COLUMN " + before.name());
      changes.add("ADD COLUMN " + column.name() + " " + column.sqlType());
      changes.add(statistics(column.name(), column.range() ? RANGE_STATISTICS : NO_STATISTICS));
    }
    statement.execute("ALTER TABLE " + shape.table() + " " + String.join(", ", changes));
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
            columns.stream().map(column -> (long) column.slot()).toArray(Long[]::new))
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
