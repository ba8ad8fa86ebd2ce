package io.cardloom.kit.db;

import io.cardloom.kit.run.Settings;

/// Where a service keeps its rows, keys `db.*`.
///
/// @param url JDBC URL of the PostgreSQL database
/// @param user owns and migrates the schema; statements run as `role`
/// @param schema the service's own schema; created when missing
/// @param poolSize most connections at once
/// @param role that statements run as, `cardloom_` and the schema by default; made when missing.
///   Two databases of one server need roles of different names where their users are no superusers.
public record DbConfig(
    String url, String user, String password, String schema, int poolSize, String role) {
  /// Ends the name of the role that works across tenants.
  static final String EVERYONE = "_everyone";

  public DbConfig {
    if (!schema.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("db.schema must match [a-z][a-z0-9_]{0,62}");
    }
    if (poolSize < 2) throw new IllegalArgumentException("db.pool-size must be >= 2");
    // With its ending it must fit into a name of PostgreSQL's, which has 63 characters.
    if (!role.matches("[a-z][a-z0-9_]{0,53}")) {
      throw new IllegalArgumentException("db.role must match [a-z][a-z0-9_]{0,53}");
    }
  }

  /// With the role named after the schema.
  public DbConfig(String url, String user, String password, String schema, int poolSize) {
    this(url, user, password, schema, poolSize, role(schema));
  }

  /// Reads `db.url`, `db.user`, `db.password` or `db.password-file`, `db.schema`, `db.pool-size`,
  /// `db.role`.
  public static DbConfig from(Settings settings, String schema) {
    String named = settings.text("db.schema", schema);
    return new DbConfig(
        settings.text("db.url"),
        settings.text("db.user", "postgres"),
        settings.secret("db.password").orElse(""),
        named,
        settings.number("db.pool-size", 12),
        settings.text("db.role", role(named)));
  }

  private static String role(String schema) {
    return "cardloom_" + schema;
  }
}
