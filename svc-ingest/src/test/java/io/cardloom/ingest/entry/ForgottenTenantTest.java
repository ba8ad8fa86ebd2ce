package io.cardloom.ingest.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.ingest.TestIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.testing.FreshSchema;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The statements of the store as they are, but for the condition on the tenant: as if it had been
/// forgotten. The rows of another tenant are in the same table, under the same names.
@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class ForgottenTenantTest {
  private static final OffsetDateTime LONG_AGO = OffsetDateTime.parse("2000-01-01T00:00:00Z");
  private static final OffsetDateTime FAR_AHEAD = OffsetDateTime.parse("2100-01-01T00:00:00Z");

  /// Sets what is left to be bound of a statement.
  private interface Binding {
    void bind(Tx tx, PreparedStatement statement) throws SQLException;
  }

  private static TestIngest twoTenants(Db db) {
    var ingest = new TestIngest(db);
    for (String tenant : List.of("acme", "other")) {
      ingest.source(tenant, "s", List.of("name:TEXT"));
      String values = "{\"name\":\"" + tenant + "\"}";
      ingest.load(
          tenant,
          TestIngest.batch("s", TestIngest.entry("a", values), TestIngest.entry("b", values)));
    }
    return ingest;
  }

  /// A statement of the store without its condition; a store that has no such statement any more
  /// fails the test.
  private static String without(String condition, String constant) {
    try {
      var field = EntryStore.class.getDeclaredField(constant);
      field.setAccessible(true);
      String statement = (String) field.get(null);
      assertThat(statement).as(constant).contains(condition);
      return statement.replace(condition, "");
    } catch (ReflectiveOperationException missing) {
      throw new AssertionError("EntryStore has no statement " + constant, missing);
    }
  }

  private static List<String> read(Db db, String statement, Binding binding) {
    return db.inTx(
        "acme",
        tx -> {
          var found = new ArrayList<String>();
          try (var prepared = tx.jdbc().prepareStatement(statement)) {
            binding.bind(tx, prepared);
            try (var row = prepared.executeQuery()) {
              int last = row.getMetaData().getColumnCount();
              while (row.next()) {
                found.add(row.getString(1) + (last == 1 ? "" : " " + text(row.getBytes(last))));
              }
            }
          }
          return found;
        });
  }

  private static String text(byte[] value) {
    return new String(value, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void nothingOfAnotherTenantIsSeen(Db db) {
    twoTenants(db);
    assertThat(
            read(
                db,
                without("tenant = ? AND ", "OF_KEYS"),
                (tx, statement) -> {
                  statement.setString(1, "s");
                  statement.setArray(2, tx.array("text", new String[] {"a", "b"}));
                }))
        .containsExactly("a {\"name\":\"acme\"}", "b {\"name\":\"acme\"}");
    assertThat(
            read(
                db,
                without("tenant = ? AND ", "AFTER_KEY"),
                (_, statement) -> {
                  statement.setString(1, "s");
                  statement.setString(2, "");
                  statement.setInt(3, 100);
                }))
        .containsExactly("a {\"name\":\"acme\"}", "b {\"name\":\"acme\"}");
  }

  @Test
  void nothingOfAnotherTenantIsCounted(Db db) {
    twoTenants(db);
    assertThat(
            read(
                db,
                without("tenant = ? AND ", "COUNT"),
                (tx, statement) -> {
                  statement.setString(1, "s");
                  statement.setObject(2, LONG_AGO);
                  statement.setObject(3, FAR_AHEAD);
                  statement.setBoolean(4, true);
                  statement.setArray(5, tx.array("text", new String[0]));
                }))
        .containsExactly("2");
  }

  @Test
  void nothingOfAnotherTenantIsChangedOrDeleted(Db db) {
    TestIngest ingest = twoTenants(db);
    EntryRow before = ingest.row("other", "s", "a").orElseThrow();
    int changed =
        db.inTx(
            "acme",
            tx -> {
              try (var update =
                  tx.jdbc().prepareStatement(without("e.tenant = ? AND ", "UPDATE"))) {
                update.setObject(1, FAR_AHEAD);
                update.setArray(2, tx.array("text", new String[] {"a"}));
                update.setArray(3, tx.array("int8", new Long[] {9L}));
                update.setArray(4, tx.array("bool", new Boolean[] {true}));
                update.setArray(5, tx.array("bytea", new byte[][] {{'{', '}'}}));
                update.setString(6, "s");
                return update.executeUpdate();
              }
            });
    assertThat(changed).isEqualTo(1);
    assertThat(ingest.row("acme", "s", "a").orElseThrow().deleted()).isTrue();
    long deleted = db.inTx("acme", tx -> tx.update("DELETE FROM entry WHERE source_id = 's'"));
    assertThat(deleted).isEqualTo(2);
    assertThat(ingest.row("other", "s", "a").orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(before);
    assertThat(ingest.row("other", "s", "b")).isPresent();
  }

  @Test
  void nothingIsAddedForAnotherTenant(Db db) {
    TestIngest ingest = twoTenants(db);
    var row = new EntryRow("new", 1, LONG_AGO.toInstant(), false, new byte[] {'{', '}'});
    var store = new EntryStore();
    assertThatThrownBy(() ->
            db.useTx(
                "acme",
                tx ->
                    store.insert(
                        tx, TestIngest.caller("other"), "s", row.updatedAt(), List.of(row))))
        .hasStackTraceContaining("row-level security policy");
    assertThat(ingest.row("other", "s", "new")).isEmpty();
    db.useTx(
        "acme",
        tx -> store.insert(tx, TestIngest.caller("acme"), "s", row.updatedAt(), List.of(row)));
    assertThat(ingest.row("acme", "s", "new")).isPresent();
  }
}
