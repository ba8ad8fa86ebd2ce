package io.cardloom.kit.db;

import io.helidon.dbclient.DbRow;
import io.helidon.dbclient.DbTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// One transaction. Positional `?` parameters; write `cast(? as jsonb)` where a cast is needed, and
/// `OffsetDateTime` for instants.
public final class Tx {
  private final Supplier<DbTransaction> client;
  private final Connection jdbc;
  private final Reach reach;
  private final Trust trust;
  private @Nullable DbTransaction sql;

  /// @param jdbc which the work may not end
  Tx(Supplier<DbTransaction> client, Connection jdbc, Reach reach, Trust trust) {
    this.client = client;
    this.jdbc = jdbc;
    this.reach = reach;
    this.trust = trust;
  }

  /// Whether the work may use what an earlier transaction told, and asks whether it still holds
  /// before it answers. Work that fails having done so runs again, and then may not: a refusal is
  /// never for what was so once.
  public boolean mayTrust() {
    return trust.use();
  }

  /// Questions to send together. As long as a transaction does nothing else, it is not begun.
  public Reads reads() {
    return new Reads(this);
  }

  void ask(List<Reads.Asked<?>> asked) throws SQLException {
    Reads.send(jdbc, reach.begun() ? new Sql() : reach.told(), asked);
  }

  /// From here on the transaction reaches the rows of this tenant and of no other; a later call
  /// moves on to another tenant. For workers: a transaction that was begun for a tenant stays with
  /// it.
  ///
  /// @throws IllegalStateException in a transaction that was begun for another tenant
  public void actFor(String tenant) throws SQLException {
    reach.narrow(tenant);
  }

  /// Makes or alters tables, in this transaction, as the owner of the schema: the role that
  /// statements run as may not.
  public void asOwner(Change change) throws SQLException {
    reach.owning(change);
  }

  /// Changes of tables.
  @FunctionalInterface
  public interface Change {
    void make(Statement statement) throws SQLException;
  }

  /// DbClient on this transaction.
  public DbTransaction sql() {
    begin();
    if (sql == null) sql = client.get();
    return sql;
  }

  /// The same connection as plain JDBC, for arrays and cursors. Never ends the transaction.
  public Connection jdbc() {
    begin();
    return jdbc;
  }

  void begin() {
    try {
      reach.begin();
    } catch (SQLException failure) {
      throw new IllegalStateException("begin: " + failure.getMessage(), failure);
    }
  }

  /// All rows; the statement bounds them by LIMIT or by its key.
  public <T> List<T> list(String statement, Function<DbRow, T> row, Object... parameters) {
    try (var rows = sql().query(statement, parameters)) {
      return rows.map(row).toList();
    }
  }

  /// The one row, or empty.
  public <T> Optional<T> one(String statement, Function<DbRow, T> row, Object... parameters) {
    try (var rows = sql().query(statement, parameters)) {
      return rows.map(row).findFirst();
    }
  }

  /// Rows changed by an INSERT, UPDATE or DELETE.
  public long update(String statement, Object... parameters) {
    return sql().dml(statement, parameters);
  }

  /// An array parameter for `= any(?)` and `unnest(?)`.
  public java.sql.Array array(String type, Object[] elements) throws SQLException {
    return jdbc().createArrayOf(type, elements);
  }

  /// Streams the rows into their table by binary COPY and returns how many. Nothing to do for no
  /// rows.
  public long copy(CopyRows rows) throws SQLException, IOException {
    return rows.send(jdbc().unwrap(PGConnection.class));
  }
}
