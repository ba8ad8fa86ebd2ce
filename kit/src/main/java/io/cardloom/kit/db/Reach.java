package io.cardloom.kit.db;

import io.grpc.Context;
import io.grpc.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Whose rows the statements of one transaction reach: nobody's, one tenant's, or everyone's.
///
/// All of it is settings that the server forgets with the transaction. A pooled connection keeps
/// none, so there is nothing that the next transaction could inherit.
final class Reach {
  private static final String TENANT = "cardloom.tenant";

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
  private final Whose begun;
  private String tenant = "";

  private Reach(Connection connection, Whose begun) {
    this.connection = connection;
    this.begun = begun;
  }

  /// Tells the server whose rows the transaction is about and when the call it serves ends, in one
  /// statement; none where there is nothing to tell.
  static Reach begin(Connection connection, Whose whose) throws SQLException {
    var reach = new Reach(connection, whose);
    var settings = new LinkedHashMap<String, String>();
    switch (whose) {
      case Whose.Nobody() -> {}
      case Whose.One(var tenant) -> settings.put(TENANT, reach.tenant = tenant);
      case Whose.Everyone() -> {}
    }
    Deadline deadline = Context.current().getDeadline();
    if (deadline != null) {
      // Nobody waits for an answer after its deadline.
      long left = Math.max(1, deadline.timeRemaining(TimeUnit.MILLISECONDS));
      settings.put("statement_timeout", "" + left);
    }
    reach.set(settings);
    return reach;
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
    restore();
  }

  /// Tells the server again, which forgets with a savepoint what it was told after it.
  void restore() throws SQLException {
    set(Map.of(TENANT, tenant));
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
