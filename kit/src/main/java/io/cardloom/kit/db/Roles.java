package io.cardloom.kit.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/// The roles that statements run as, so that row-level security holds for them. Neither can log in,
/// owns a table or gets around a policy. A role belongs to the whole database server.
///
/// @param service reaches the rows of the tenant that the transaction names
/// @param everyone reads, changes and deletes rows of every tenant, and adds none
record Roles(String service, String everyone) {
  /// Two services that start for the first time make the same role at once.
  private static final int TRIES_MAX = 20;

  /// A role, or a membership, that another session made first; `XX000` is a row of the server's
  /// catalogue that two sessions change at once.
  private static final Set<String> MADE_BY_ANOTHER = Set.of("42710", "23505", "XX000");

  private static final String FORBIDDEN = "42501";

  private static final String LOOK =
      """
      SELECT rolsuper OR rolbypassrls OR rolcanlogin, pg_has_role(session_user, oid, 'SET'), rolname = session_user
        FROM pg_roles
       WHERE rolname = ?
      """;

  private record Known(boolean tooMuch, boolean ours, boolean login) {}

  static Roles of(DbConfig config) {
    return new Roles(config.role(), config.role() + DbConfig.EVERYONE);
  }

  List<String> all() {
    return List.of(service, everyone);
  }

  /// Makes sure that both are there and that the session's user may take them on.
  ///
  /// @throws IllegalStateException with the statements an administrator has to run where the user
  ///   may not
  void make(Connection owner) throws SQLException {
    for (String role : all()) {
      for (int tries = 1; !ready(owner, role); tries++) {
        if (tries == TRIES_MAX) {
          throw new IllegalStateException("the database role " + role + " cannot be made");
        }
      }
    }
  }

  private static boolean ready(Connection owner, String role) throws SQLException {
    Known known = look(owner, role);
    if (known == null) return tried(owner, role, "CREATE ROLE " + role + " NOLOGIN");
    if (known.tooMuch || known.login) {
      throw new IllegalStateException(
          "the database role "
              + role
              + " can log in, or get around row-level security: name another one as db.role");
    }
    return known.ours
        || tried(owner, role, "GRANT " + role + " TO SESSION_USER WITH INHERIT FALSE, SET TRUE");
  }

  private static @org.jspecify.annotations.Nullable Known look(Connection owner, String role)
      throws SQLException {
    try (PreparedStatement statement = owner.prepareStatement(LOOK)) {
      statement.setString(1, role);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? new Known(row.getBoolean(1), row.getBoolean(2), row.getBoolean(3))
            : null;
      }
    }
  }

  /// False: to be looked at again.
  private static boolean tried(Connection owner, String role, String change) throws SQLException {
    try (var statement = owner.createStatement()) {
      statement.execute(change);
      return false;
    } catch (SQLException failure) {
      if (FORBIDDEN.equals(failure.getSQLState())) {
        String user = owner.getMetaData().getUserName();
        throw new IllegalStateException(
            "the database user %1$s may not make the role %2$s. Give it CREATEROLE, or run as an administrator: CREATE ROLE %2$s NOLOGIN; GRANT %2$s TO %1$s WITH INHERIT FALSE, SET TRUE;"
                .formatted(user, role),
            failure);
      }
      if (!MADE_BY_ANOTHER.contains(String.valueOf(failure.getSQLState()))) throw failure;
      return false;
    }
  }
}
