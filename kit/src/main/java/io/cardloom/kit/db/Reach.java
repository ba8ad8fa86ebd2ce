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
  private final Whose whose;
  private final Map<String, String> first = new LinkedHashMap<>();
  private boolean open;
  private String tenant = "";
  private String role;

  private Reach(Connection connection, Roles roles, Whose whose) {
    this.connection = connection;
    this.roles = roles;
    this.whose = whose;
    this.role = roles.service();
  }

  /// Whose rows the transaction is about and when the call it serves ends, which the server is told
  /// in one statement; in none where there is nothing to tell.
  ///
  /// @param most how long a statement may take where no call waits for it
  static Reach of(Connection connection, Roles roles, Whose whose, Optional<Duration> most) {
    var reach = new Reach(connection, roles, whose);
    switch (whose) {
      case Whose.Nobody() -> {}
      case Whose.One(var tenant) -> reach.first.put(TENANT, reach.tenant = tenant);
      case Whose.Everyone() -> reach.first.put(ROLE, reach.role = roles.everyone());
    }
    left(most).ifPresent(ms -> reach.first.put("statement_timeout", "" + ms));
    return reach;
  }

  /// Whether the transaction has begun; before that the server knows nothing of it.
  boolean begun() {
    return open;
  }

  /// Begins the transaction, unless it has begun.
  void begin() throws SQLException {
    if (open) return;
    open = true;
    connection.setAutoCommit(false);
    set(first);
  }

  /// What tells the server, as a statement to go before others of a transaction that ends with
  /// them; empty where there is nothing to tell.
  Sql told() {
    return told(first);
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
    if (whose instanceof Whose.One(var one)) {
      if (one.equals(to)) return;
      throw new IllegalStateException("a transaction for one tenant stays with it");
    }
    tenant = new Whose.One(to).tenant();
    role = roles.service();
    begin();
    if (whose instanceof Whose.Everyone) restore();
    else set(Map.of(TENANT, tenant));
  }

  /// Makes or alters tables, which belong to the owner. Only for that: an owner who administers the
  /// whole server is bound by no policy.
  void owning(Tx.Change change) throws SQLException {
    begin();
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
    Sql told = told(settings);
    if (!told.isEmpty()) told.list(connection, _ -> true);
  }

  private static Sql told(Map<String, String> settings) {
    var sql = new Sql();
    settings.forEach((name, value) ->
        sql.add(sql.isEmpty() ? "SELECT " : ", ").add("set_config(?, ?, true)", name, value));
    return sql;
  }
}
