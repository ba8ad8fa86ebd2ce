package io.cardloom.idp.server;

import java.util.Map;

/// Where Keycloak keeps the realm.
public sealed interface Database {
  /// A file in the data folder.
  record File() implements Database {}

  /// A database of its own in a PostgreSQL.
  record Postgres(String jdbcUrl, String user, String password) implements Database {}

  /// As `kc build` calls it; one build serves one kind.
  default String vendor() {
    return switch (this) {
      case File file -> "dev-file";
      case Postgres postgres -> "postgres";
    };
  }

  default Map<String, String> environment() {
    return switch (this) {
      case File file -> Map.of();
      case Postgres postgres ->
          Map.of(
              "KC_DB_URL", postgres.jdbcUrl(),
              "KC_DB_USERNAME", postgres.user(),
              "KC_DB_PASSWORD", postgres.password());
    };
  }
}
