package io.cardloom.kit.db;

import io.grpc.Context;
import io.grpc.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Whose rows the statements of one transaction reach: nobody's, one tenant's, or everyone's.
///
/// All of it is settings that the server forgets with the transaction. A pooled connection runs as
/// the service's role and names no tenant, so there is nothing that a transaction could inherit.
final class Reach {
  private static final String TENANT = "cardloom.tenant";
  private static final String ROLE = "role";

  /// The user who logged in: the owner of the schema.
  private static final String OWNER = "none";

  /// For whom a transaction was begun.
  sealed interface Whose {
    /// Rows of no tenant, until a worker says for which one it acts.
    record Nobody() implements Whose {}

    /// Rows of this tenant, to the end.
    record One(String tenant) implements Whose {
      public One {
        if (tenant.isEmpty()) throw new IllegalArgumentException("a tenant has a name");
      }
    }

    /// Rows of every tenant, until a worker says for which one it acts.
    record Everyone() implements Whose {}
  }

  private final Connection connection;
  private final Roles roles;
  private final Whose begun;
  private String tenant = "";
  private String role;

  private Reach(Connection connection, Roles roles, Whose begun) {
    this.connection = connection;
    this.roles = roles;
    this.begun = begun;
    this.role = roles.service();
  }

  /// Tells the server whose rows the transaction is about and when the call it serves ends, in one
  /// statement; none where there is nothing to tell.
  ///
  /// @param most how long a statement may take where no call waits for it
  static Reach begin(Connection connection, Roles roles, Whose whose, Optional<Duration> most)
      throws SQLException {
    var reach = new Reach(connection, roles, whose);
    var settings = new LinkedHashMap<String, String>();
    switch (whose) {
      case Whose.Nobody() -> {}
      case Whose.One(var tenant) -> settings.put(TENANT, reach.tenant = tenant);
      case Whose.Everyone() -> settings.put(ROLE, reach.role = roles.everyone());
    }
    left(most).ifPresent(ms -> settings.put("statement_timeout", "" + ms));
    reach.set(settings);
    return reach;
  }

  /// Nobody waits for an answer after its deadline.
  private static Optional<Long> left(Optional<Duration> most) {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? most.map(Duration::toMillis)
        : Optional.of(Math.max(1, deadline.timeRemaining(TimeUnit.MILLISECONDS)));
  }

  /// From here on the rows of this tenant only.
  ///
  /// @throws IllegalStateException in a transaction that was begun for another one
  void narrow(String to) throws SQLException {
    if (begun instanceof Whose.One(var one)) {
      if (one.equals(to)) return;
      throw new IllegalStateException("a transaction for one tenant stays with it");
    }
    tenant = new Whose.One(to).tenant();
    role = roles.service();
    if (begun instanceof Whose.Everyone) restore();
    else set(Map.of(TENANT, tenant));
  }

  /// Makes or alters tables, which belong to the owner. Only for that: an owner who administers the
  /// whole server is bound by no policy.
  void owning(Tx.Change change) throws SQLException {
    String before = role;
    set(Map.of(ROLE, role = OWNER));
    try (var statement = connection.createStatement()) {
      change.make(statement);
    }
    set(Map.of(ROLE, role = before));
  }

  /// Tells the server again, which forgets with a savepoint what it was told after it.
  void restore() throws SQLException {
    set(Map.of(ROLE, role, TENANT, tenant));
  }

  private void set(Map<String, String> settings) throws SQLException {
    if (settings.isEmpty()) return;
    var calls = "set_config(?, ?, true), ".repeat(settings.size());
    String text = "SELECT " + calls.substring(0, calls.length() - 2);
    try (var statement = connection.prepareStatement(text)) {
      int at = 1;
      for (var setting : settings.entrySet()) {
        statement.setString(at++, setting.getKey());
        statement.setString(at++, setting.getValue());
      }
      statement.execute();
    }
  }
}
