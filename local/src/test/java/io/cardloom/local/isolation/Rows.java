package io.cardloom.local.isolation;

import io.cardloom.kit.db.DbConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Rows of all services, as the administrator of the database sees them.
final class Rows {
  private static final String TABLES =
      """
      SELECT c.relname
        FROM pg_class c
       WHERE c.relnamespace = CAST(? AS regnamespace) AND c.relkind IN ('r', 'p')
         AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant' AND NOT attisdropped) = ?
       ORDER BY c.relname
      """;

  /// Tables without a tenant: what is on the way, which the role of services may only add to, and
  /// numbers of samples.
  private static final Set<String> NOBODYS =
      Set.of("outbox", "parked_event", "counted_sample", "flyway_schema_history");

  private Rows() {}

  static Connection administrator(DbConfig db) throws SQLException {
    return DriverManager.getConnection(db.url(), db.user(), db.password());
  }

  /// How many rows a tenant has in each table, and a digest of all they hold.
  static Map<String, String> of(Collection<DbConfig> schemas, String tenant) {
    var digests = new TreeMap<String, String>();
    for (DbConfig db : schemas) {
      try (var connection = administrator(db)) {
        for (String table : tables(connection, db.schema(), true)) {
          String digest = digest(connection, db.schema() + "." + table, tenant);
          if (!digest.startsWith("0 ")) digests.put(db.schema() + "." + table, digest);
        }
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
    }
    return digests;
  }

  private static List<String> tables(Connection connection, String schema, boolean ofTenants)
      throws SQLException {
    var tables = new ArrayList<String>();
    try (var statement = connection.prepareStatement(TABLES)) {
      statement.setString(1, schema);
      statement.setBoolean(2, ofTenants);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) tables.add(row.getString(1));
      }
    }
    return tables;
  }

  /// What statements without any condition reach of others, as the services' role in a transaction
  /// for one tenant; tables that have no lock at all are named too.
  static List<String> reached(DbConfig db, String tenant) throws SQLException {
    var reached = new ArrayList<String>();
    try (var connection = administrator(db);
        var statement = connection.createStatement()) {
      for (String table : tables(connection, db.schema(), false)) {
        if (!NOBODYS.contains(table)) reached.add(table + " has no tenant");
      }
      var tables = tables(connection, db.schema(), true);
      connection.setSchema(db.schema());
      connection.setAutoCommit(false);
      statement.execute("SET LOCAL cardloom.tenant = '" + tenant + "'");
      statement.execute("SET LOCAL ROLE " + db.role());
      for (String table : tables) {
        // A collection of the index has documents of one tenant, and a number for a name.
        String count =
            table.startsWith("index_doc_")
                ? "SELECT greatest(count(DISTINCT tenant) - 1, 0) FROM " + table
                : "SELECT count(*) FILTER (WHERE tenant <> '" + tenant + "') FROM " + table;
        try (ResultSet row = statement.executeQuery(count)) {
          row.next();
          if (row.getLong(1) > 0) reached.add(table + ": " + row.getLong(1));
        }
      }
      connection.rollback();
    }
    return reached;
  }

  private static String digest(Connection connection, String table, String tenant)
      throws SQLException {
    String text =
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '')"
            + " FROM "
            + table
            + " t WHERE tenant = ?";
    try (var statement = connection.prepareStatement(text)) {
      statement.setString(1, tenant);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }
}
