package io.cardloom.kit.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Row-level security on every table of a schema that has a column `tenant`, and what the roles may
/// do there. Laid over the schema after its migrations, so a new table is locked by being there;
/// changes nothing that is as it should be.
///
/// A table whose check constraint `one_tenant` says that it holds rows of one tenant only has no
/// policies: whoever makes such tables sees to it that none is reached for another.
final class TenantLock {
  private static final Logger log = LoggerFactory.getLogger(TenantLock.class);

  /// What is on the way, of all tenants: the service's role adds to it, and reads none of it.
  private static final Set<String> ADDED_TO_ONLY = Set.of("outbox", "parked_event");

  /// Two instances of a service start at once.
  private static final String ALONE =
      "SELECT pg_advisory_xact_lock(hashtext('cardloom.tenant-lock'), hashtext(current_schema()))";

  /// Nothing names no tenant: not even a row of a tenant without a name would be reached.
  private static final String OWN = "tenant = nullif(current_setting('cardloom.tenant', true), '')";

  private static final String TABLES =
      """
      SELECT quote_ident(c.relname), c.relrowsecurity AND c.relforcerowsecurity,
             ARRAY (SELECT CAST(polname AS text) FROM pg_policy
                     WHERE polrelid = c.oid
                       AND (polname <> 'migration' OR CAST(quote_ident(session_user) AS regrole) = ANY (polroles))),
             tenanted, one_tenant,
             has_table_privilege(?, c.oid, 'INSERT'), has_table_privilege(?, c.oid, 'SELECT, UPDATE, DELETE'),
             one_tenant OR has_table_privilege(?, c.oid, 'DELETE')
        FROM pg_class c,
             LATERAL (SELECT EXISTS (SELECT FROM pg_attribute
                                      WHERE attrelid = c.oid AND attname = 'tenant' AND NOT attisdropped),
                             EXISTS (SELECT FROM pg_constraint
                                      WHERE conrelid = c.oid AND conname = 'one_tenant' AND contype = 'c'))
               AS has (tenanted, one_tenant)
       WHERE c.relnamespace = CAST(current_schema() AS regnamespace)
         AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'flyway_schema_history'
       ORDER BY c.relname
      """;

  /// @param table quoted
  /// @param policies by name; that of migrations only where it is the owner's
  private record Table(
      String table,
      boolean locked,
      List<String> policies,
      boolean tenanted,
      boolean oneTenant,
      boolean adds,
      boolean readsOrChanges,
      boolean grantedToEveryone) {}

  private TenantLock() {}

  /// As the owner of the tables, in a transaction of its own.
  static void lay(Connection owner, Roles roles) throws SQLException {
    owner.setAutoCommit(false);
    try (var statement = owner.createStatement()) {
      statement.execute(ALONE);
      var changes = new ArrayList<String>();
      schema(owner, roles, changes);
      for (Table table : tables(owner, roles)) {
        grants(table, roles, changes);
        if (table.tenanted && !table.oneTenant) policies(table, roles, changes);
      }
      for (String change : changes) statement.execute(change);
      owner.commit();
      if (!changes.isEmpty()) log.info("row-level security: {} changes", changes.size());
    } finally {
      owner.rollback();
      owner.setAutoCommit(true);
    }
  }

  private static void schema(Connection owner, Roles roles, List<String> changes)
      throws SQLException {
    String schema = owner.getSchema();
    try (var statement =
            owner.prepareStatement("SELECT has_schema_privilege(?, current_schema(), 'USAGE')");
        var none = owner.prepareStatement(DEFAULTS)) {
      for (String role : roles.all()) {
        statement.setString(1, role);
        try (ResultSet row = statement.executeQuery()) {
          if (row.next() && row.getBoolean(1)) continue;
          changes.add("GRANT USAGE ON SCHEMA " + schema + " TO " + role);
        }
      }
      none.setString(1, roles.service());
      try (ResultSet row = none.executeQuery()) {
        if (row.next()) return;
      }
      // For tables that are made while the service runs, and for those of a migration to come.
      String later = "ALTER DEFAULT PRIVILEGES IN SCHEMA " + schema + " GRANT ";
      changes.add(later + "SELECT, INSERT, UPDATE, DELETE ON TABLES TO " + roles.service());
      changes.add(later + "USAGE ON SEQUENCES TO " + roles.service());
      changes.add("GRANT USAGE ON ALL SEQUENCES IN SCHEMA " + schema + " TO " + roles.service());
    }
  }

  private static final String DEFAULTS =
      """
      SELECT 1
        FROM pg_default_acl d, aclexplode(d.defaclacl) a
       WHERE d.defaclrole = CAST(current_user AS regrole) AND d.defaclobjtype = 'S'
         AND d.defaclnamespace = CAST(current_schema() AS regnamespace)
         AND a.grantee = CAST(quote_ident(?) AS regrole)
      """;

  private static List<Table> tables(Connection owner, Roles roles) throws SQLException {
    var tables = new ArrayList<Table>();
    try (var statement = owner.prepareStatement(TABLES)) {
      statement.setString(1, roles.service());
      statement.setString(2, roles.service());
      statement.setString(3, roles.everyone());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          tables.add(
              new Table(
                  row.getString(1),
                  row.getBoolean(2),
                  List.of((String[]) row.getArray(3).getArray()),
                  row.getBoolean(4),
                  row.getBoolean(5),
                  row.getBoolean(6),
                  row.getBoolean(7),
                  row.getBoolean(8)));
        }
      }
    }
    return tables;
  }

  private static void grants(Table table, Roles roles, List<String> changes) {
    boolean addedToOnly = ADDED_TO_ONLY.contains(table.table);
    if (!table.adds) {
      String rights = addedToOnly ? "INSERT" : "SELECT, INSERT, UPDATE, DELETE";
      changes.add("GRANT " + rights + " ON " + table.table + " TO " + roles.service());
    }
    if (addedToOnly && table.readsOrChanges) {
      changes.add("REVOKE SELECT, UPDATE, DELETE ON " + table.table + " FROM " + roles.service());
    }
    if (!table.grantedToEveryone) {
      changes.add("GRANT SELECT, UPDATE, DELETE ON " + table.table + " TO " + roles.everyone());
    }
  }

  private static void policies(Table table, Roles roles, List<String> changes) {
    if (!table.locked) {
      changes.add(
          "ALTER TABLE " + table.table + " ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
    }
    policy(table, "own_tenant", "USING (" + OWN + ") WITH CHECK (" + OWN + ")", changes);
    // Named after its role: another instance may have another one.
    policy(table, roles.everyone(), "TO " + roles.everyone() + " USING (true)", changes);
    // The owner is bound like everyone, except while it migrates.
    policy(
        table,
        "migration",
        "TO CURRENT_USER USING (current_setting('cardloom.migrating', true) = 'on')",
        changes);
  }

  private static void policy(Table table, String name, String rule, List<String> changes) {
    if (table.policies.contains(name)) return;
    changes.add("DROP POLICY IF EXISTS " + name + " ON " + table.table); // another owner's
    changes.add("CREATE POLICY " + name + " ON " + table.table + " " + rule);
  }
}
