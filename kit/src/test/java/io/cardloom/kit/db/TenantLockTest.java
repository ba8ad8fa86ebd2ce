package io.cardloom.kit.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestServers;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// The second lock: what a statement reaches that names no tenant.
@FreshSchema({"db/kit", "db/lock"})
final class TenantLockTest {
  private static final String FORBIDDEN = "row-level security policy";

  private static void fill(Db db) {
    for (String tenant : List.of("acme", "other")) {
      db.useTx(
          tenant,
          tx -> {
            tx.update("INSERT INTO box (tenant, id, label) VALUES (?, 'a', 'red')", tenant);
            tx.update("INSERT INTO box (tenant, id, label) VALUES (?, 'b', 'blue')", tenant);
          });
    }
  }

  private static List<String> boxes(Tx tx) {
    return tx.list(
        "SELECT tenant || '/' || id || '/' || label AS box FROM box ORDER BY 1",
        row -> row.column("box").getString());
  }

  private static List<String> all(Db db) {
    return db.acrossTenants(TenantLockTest::boxes);
  }

  @Test
  void aTransactionForATenantReachesItsRowsOnly(Db db) {
    fill(db);
    db.useTx(
        "acme",
        tx -> {
          assertThat(boxes(tx)).containsExactly("acme/a/red", "acme/b/blue");
          assertThat(tx.one("SELECT count(*) AS n FROM box", row -> row.column("n").getLong()))
              .contains(2L);
          assertThat(tx.update("UPDATE box SET label = 'seen'")).isEqualTo(2);
          assertThat(tx.update("DELETE FROM box WHERE id = 'a'")).isEqualTo(1);
        });
    assertThat(all(db)).containsExactly("acme/b/seen", "other/a/red", "other/b/blue");
  }

  @Test
  void nothingIsWrittenForAnotherTenant(Db db) {
    fill(db);
    for (String statement :
        List.of(
            "INSERT INTO box (tenant, id, label) VALUES ('other', 'c', 'new')",
            "INSERT INTO box (tenant, id, label) VALUES ('other', 'a', 'new') ON CONFLICT (tenant, id) DO UPDATE SET label = 'new'",
            "UPDATE box SET tenant = 'other', id = 'moved'",
            "INSERT INTO box (tenant, id, label) SELECT 'other', id || '2', label FROM box")) {
      assertThatThrownBy(() -> db.useTx("acme", tx -> tx.update(statement)))
          .as(statement)
          .hasStackTraceContaining(FORBIDDEN);
    }
    assertThat(all(db)).hasSize(4).noneMatch(box -> box.contains("new") || box.contains("moved"));
  }

  @Test
  void aTransactionForNobodyReachesNoRowOfATenant(Db db) {
    fill(db);
    db.useTx(tx -> {
      assertThat(boxes(tx)).isEmpty();
      assertThat(tx.update("DELETE FROM box")).isZero();
    });
    for (String tenant : List.of("", "acme")) {
      assertThatThrownBy(
              () -> db.useTx(tx -> tx.update("INSERT INTO box VALUES (?, 'c', 'new')", tenant)))
          .hasStackTraceContaining(FORBIDDEN);
    }
    assertThatThrownBy(() -> db.useTx("", _ -> {})).hasMessageContaining("a tenant has a name");
  }

  @Test
  void aWorkerForAllReadsAndForgetsButAddsNothing(Db db) {
    fill(db);
    long gone = db.acrossTenants(tx -> tx.update("DELETE FROM box WHERE id = 'a'"));
    assertThat(gone).isEqualTo(2);
    assertThatThrownBy(
            () -> db.acrossTenants(tx -> tx.update("INSERT INTO box VALUES ('acme', 'c', 'new')")))
        .hasStackTraceContaining("permission denied");
  }

  @Test
  void aWorkerGoesFromTenantToTenant(Db db) {
    fill(db);
    db.useTx(tx -> {
      for (String tenant : List.of("acme", "other")) {
        tx.actFor(tenant);
        assertThat(boxes(tx)).hasSize(2).allMatch(box -> box.startsWith(tenant));
      }
    });
    db.acrossTenants(tx -> {
      assertThat(boxes(tx)).hasSize(4);
      tx.actFor("other");
      assertThat(boxes(tx)).hasSize(2).allMatch(box -> box.startsWith("other"));
      assertThat(tx.update("INSERT INTO box VALUES ('other', 'c', 'new')")).isEqualTo(1);
      return true;
    });
    assertThatThrownBy(() -> db.useTx("acme", tx -> tx.actFor("other")))
        .hasMessageContaining("stays with it");
  }

  @Test
  void aSavepointThatIsGoneBackToChangesNothingOfWhoseRowsAreReached(Db db) {
    fill(db);
    db.acrossTenants(tx -> {
      Savepoint before = tx.jdbc().setSavepoint();
      tx.actFor("other");
      tx.jdbc().rollback(before);
      assertThat(boxes(tx)).hasSize(2).allMatch(box -> box.startsWith("other"));
      return true;
    });
  }

  /// Four connections for many transactions of several kinds, some of which fail: none leaves
  /// anything behind for the next one on its connection.
  @Test
  void nothingOfATransactionStaysWithItsConnection(Db db) throws Exception {
    fill(db);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var runs =
          java.util.stream.IntStream.range(0, 400)
              .mapToObj(i -> threads.submit(() -> mixed(db, i)))
              .toList();
      for (var run : runs) run.get();
    }
    assertThat(db.connectionsInUse()).isZero();
  }

  private static void mixed(Db db, int i) {
    String tenant = i % 2 == 0 ? "acme" : "other";
    switch (i % 5) {
      case 0 -> {
        List<String> seen = db.inTx(TenantLockTest::boxes);
        assertThat(seen).isEmpty();
      }
      case 1 -> assertThat(all(db)).hasSize(4);
      case 2 ->
          assertThatThrownBy(() -> db.useTx(tenant, tx -> tx.update("SELECT broken"))).isNotNull();
      case 3 ->
          assertThatThrownBy(() ->
                  db.acrossTenants(tx -> {
                    tx.actFor(tenant);
                    throw new IllegalStateException("no");
                  }))
              .hasMessage("no");
      default -> {
        List<String> seen = db.inTx(tenant, TenantLockTest::boxes);
        assertThat(seen).hasSize(2).allMatch(box -> box.startsWith(tenant));
      }
    }
  }

  @Test
  void theRoleMayNotGetAroundIt(Db db) {
    fill(db);
    for (String way :
        List.of(
            "ALTER TABLE box DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE box NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY own_tenant ON box",
            "CREATE POLICY mine ON box USING (true)",
            "CREATE TABLE mine (tenant text)",
            "CREATE VIEW mine AS SELECT * FROM box",
            "TRUNCATE box",
            "SELECT * FROM flyway_schema_history")) {
      assertThatThrownBy(() -> db.useTx("acme", tx -> tx.sql().dml(way)))
          .as(way)
          .hasStackTraceContaining("ERROR");
    }
    // What row_security = off does for who is bound: it refuses, where it would have left rows out.
    assertThatThrownBy(() ->
            db.useTx(
                "acme",
                tx -> {
                  tx.update("SET LOCAL row_security = off");
                  boxes(tx);
                }))
        .hasStackTraceContaining("would be affected by row-level security");
    assertThat(all(db)).hasSize(4);
  }

  /// Events of all tenants are in one table, for moments, and records that nobody can read.
  @Test
  void whatIsOnTheWayIsNotRead(Db db) {
    fill(db);
    for (String table : List.of("outbox", "parked_event")) {
      for (String way : List.of("SELECT * FROM ", "DELETE FROM ", "TABLE ")) {
        assertThatThrownBy(() -> db.useTx("acme", tx -> tx.sql().dml(way + table)))
            .as(way + table)
            .hasStackTraceContaining("permission denied");
      }
      // As if it had been made anew while the service ran.
      db.useTx(
          tx -> tx.asOwner(owner -> owner.execute("GRANT SELECT ON " + table + " TO " + role(db))));
    }
    try (Db again = Db.open(TestServers.again(db), "db/kit", "db/lock")) {
      assertThatThrownBy(() -> again.useTx("acme", tx -> tx.sql().dml("SELECT * FROM outbox")))
          .hasStackTraceContaining("permission denied");
    }
  }

  private static String role(Db db) {
    return TestServers.again(db).role();
  }

  /// Rows come in by INSERT: COPY knows no policies, so PostgreSQL refuses it.
  @Test
  void copyIntoALockedTableIsRefused(Db db) {
    fill(db);
    var rows = CopyRows.into("box", "tenant", "id", "label");
    rows.row().text("acme").text("c").text("new");
    assertThatThrownBy(() -> db.useTx("acme", tx -> tx.copy(rows)))
        .hasStackTraceContaining("COPY FROM not supported with row-level security");
  }

  @Test
  void aTableThatIsMadeLaterIsLockedAtTheNextStart(Db db) throws SQLException {
    fill(db);
    db.useTx(
        tx -> tx.asOwner(owner -> owner.execute("CREATE TABLE \"Late\" (tenant text, id int)")));
    try (Db _ = Db.open(TestServers.again(db), "db/kit", "db/lock")) {
      db.useTx("acme", tx -> tx.update("INSERT INTO \"Late\" VALUES ('acme', 1)"));
      assertThatThrownBy(
              () -> db.useTx("acme", tx -> tx.update("INSERT INTO \"Late\" VALUES ('other', 1)")))
          .hasStackTraceContaining(FORBIDDEN);
    }
  }

  /// As when the role is given another name, one instance after the other.
  @Test
  void instancesWithRolesOfTheirOwnDoNotDisturbEachOther(Db db) {
    fill(db);
    var again = TestServers.again(db);
    var config =
        new DbConfig(again.url(), "postgres", "", db.schema(), 4, again.role() + "_renamed");
    try (Db other = Db.open(config, "db/kit", "db/lock")) {
      assertThat(all(other)).hasSize(4);
      assertThat(all(db)).hasSize(4);
      List<String> own = other.inTx("acme", TenantLockTest::boxes);
      assertThat(own).hasSize(2);
    }
  }

  @Test
  void manyInstancesStartAtOnce(Db db) throws Exception {
    fill(db);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var starts =
          java.util.stream.IntStream.range(0, 6)
              .mapToObj(_ ->
                  threads.submit(() -> {
                    try (Db other = Db.open(TestServers.again(db), "db/kit", "db/lock")) {
                      return all(other).size();
                    }
                  }))
              .toList();
      for (var start : starts) assertThat(start.get()).isEqualTo(4);
    }
  }
}
