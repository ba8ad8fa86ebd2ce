package io.cardloom.kit.db;

import io.cardloom.kit.run.Settings;

/// Where a service keeps its rows, keys `db.*`.
///
/// @param url JDBC URL of the PostgreSQL database
/// @param schema the service's own schema; created when missing
/// @param poolSize most connections at once
public record DbConfig(String url, String user, String password, String schema, int poolSize) {

  public DbConfig {
    if (!schema.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("db.schema must match [a-z][a-z0-9_]{0,62}");
    }
    if (poolSize < 2) throw new IllegalArgumentException("db.pool-size must be >= 2");
  }

  /// Reads `db.url`, `db.user`, `db.password`, `db.schema`, `db.pool-size`.
  public static DbConfig from(Settings settings, String schema) {
    return new DbConfig(
        settings.text("db.url"),
        settings.text("db.user", "postgres"),
        settings.text("db.password", ""),
        settings.text("db.schema", schema),
        settings.number("db.pool-size", 12));
  }
}
