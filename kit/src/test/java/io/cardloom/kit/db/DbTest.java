package io.cardloom.kit.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestServers;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@FreshSchema
final class DbTest {
  private static void table(Db db) {
    db.useTx(tx ->
        tx.asOwner(owner ->
            owner.execute(
                """
                CREATE TABLE thing (key text PRIMARY KEY, n bigint, small smallint, flag boolean,
                  at timestamptz, body json, parts text[], numbers bigint[], price double precision)
                """)));
  }

  @Test
  void everyTypeOfABinaryCopyReadsBackAsWritten(Db db) {
    table(db);
    Instant at = Instant.parse("2026-11-21T10:15:30.123456Z");
    db.useTx(tx -> {
      var rows =
          CopyRows.into(
              "thing", "key", "n", "small", "flag", "at", "body", "parts", "numbers", "price");
      rows.row()
          .text("ä\t\\\n\"")
          .int8(-5)
          .int2(7)
          .bool(true)
          .timestamp(at)
          .bytes("{\"a\": 1}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
          .texts(List.of("x,y", "\"q\""))
          .int8s(List.of(1L, -2L))
          .float8(2.5);
      rows.row()
          .text("empty")
          .nothing()
          .nothing()
          .nothing()
          .nothing()
          .nothing()
          .texts(List.of())
          .nothing()
          .nothing();
      assertThat(tx.copy(rows)).isEqualTo(2);
    });
    String read =
        db.inTx(tx ->
            tx.one(
                    """
                    SELECT key || '|' || n || '|' || small || '|' || flag || '|' || extract(epoch from at)
                      || '|' || cast(body as text) || '|' || cast(parts as text) || '|' || cast(numbers as text) || '|' || price AS all
                      FROM thing WHERE key <> 'empty'
                    """,
                    row -> row.column("all").getString())
                .orElseThrow());
    assertThat(read)
        .isEqualTo(
            "ä\t\\\n\"|-5|7|true|1795256130.123456|{\"a\": 1}|{\"x,y\",\"\\\"q\\\"\"}|{1,-2}|2.5");
  }

  @Test
  void aFailureRollsBackEverythingAndReturnsTheConnection(Db db) {
    table(db);
    assertThatThrownBy(() ->
            db.useTx(tx -> {
              tx.update("INSERT INTO thing (key) VALUES (?)", "a");
              throw new Problem.NotFound("thing", "b").exception();
            }))
        .isInstanceOf(ProblemException.class);
    assertThat(rows(db)).isZero();
    assertThat(db.connectionsInUse()).isZero();
  }

  @Test
  void workCannotEndItsOwnTransaction(Db db) {
    assertThatThrownBy(() -> db.useTx(tx -> tx.jdbc().commit()))
        .hasMessageContaining("commit belongs to");
    assertThatThrownBy(() -> db.useTx(tx -> tx.jdbc().setAutoCommit(true)))
        .hasMessageContaining("setAutoCommit");
    assertThat(db.connectionsInUse()).isZero();
  }

  @Test
  void aTransactionInsideATransactionIsRefused(Db db) {
    assertThatThrownBy(() -> db.useTx(_ -> db.useTx(_ -> {})))
        .hasMessageContaining("a transaction is open");
  }

  @Test
  void theLoserOfTwoInsertsOfOneKeyRunsAgain(Db db) throws Exception {
    table(db);
    var runs = new AtomicInteger();
    var together = new CyclicBarrier(2);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2; i++) {
        threads.submit(() ->
            db.useTx(tx -> {
              boolean first = runs.incrementAndGet() <= 2;
              long there =
                  tx.one("SELECT count(*) AS n FROM thing", row -> row.column("n").getLong())
                      .orElseThrow();
              if (first) together.await();
              if (there == 0) {
                tx.update("INSERT INTO thing (key, n) VALUES ('k', 1)");
              } else {
                tx.update("UPDATE thing SET n = n + 1 WHERE key = 'k'");
              }
            }));
      }
    }
    assertThat(
            db.<Long>inTx(tx ->
                tx.one("SELECT n FROM thing", row -> row.column("n").getLong()).orElseThrow()))
        .isEqualTo(2);
    assertThat(runs).hasValue(3);
  }

  private static Problem refused(Db db, Db.Task task) {
    try {
      db.useTx(task);
    } catch (ProblemException refused) {
      return refused.problem();
    }
    return fail("nothing was refused");
  }

  @Test
  void aStatementThatOutlastsItsCallIsAProblemThatPasses(Db db) throws Exception {
    table(db);
    try (var timer = Executors.newSingleThreadScheduledExecutor()) {
      var problem =
          Context.current()
              .withDeadlineAfter(300, TimeUnit.MILLISECONDS, timer)
              .call(() ->
                  refused(
                      db,
                      tx -> {
                        tx.update("INSERT INTO thing (key) VALUES ('a')");
                        tx.one("SELECT cast(pg_sleep(20) AS text) AS slept", _ -> true);
                      }));
      assertThat(problem).isInstanceOf(Problem.NotNow.class);
      assertThat(problem.code()).isEqualTo("unavailable");
      assertThat(problem.message()).contains("longer than the call may last");
      assertThat(problem.toPb().getRetryAfterMs()).isPositive();
    }
    assertThat(rows(db)).isZero();
    assertThat(db.connectionsInUse()).isZero();
  }

  @Test
  void aFullDiskIsSaidAndNothingIsStored(Db db) {
    table(db);
    db.useTx(tx ->
        tx.asOwner(owner ->
            owner.execute(
                """
                CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
                END $$;
                CREATE TRIGGER full_disk BEFORE INSERT ON thing
                   FOR EACH ROW WHEN (NEW.key = 'last') EXECUTE FUNCTION full_disk()
                """)));
    var statement =
        refused(
            db,
            tx -> {
              tx.update("INSERT INTO thing (key) VALUES ('a')");
              tx.update("INSERT INTO thing (key) VALUES ('last')");
            });
    var copy =
        refused(
            db,
            tx -> {
              var rows = CopyRows.into("thing", "key");
              rows.row().text("a");
              rows.row().text("last");
              tx.copy(rows);
            });
    for (Problem problem : List.of(statement, copy)) {
      assertThat(problem).isInstanceOf(Problem.NotNow.class);
      assertThat(problem.grpcCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(problem.message()).contains("disk is full").doesNotContain("extend file");
    }
    assertThat(rows(db)).isZero();
    db.useTx(tx -> tx.asOwner(owner -> owner.execute("DROP TRIGGER full_disk ON thing")));
    db.useTx(tx -> tx.update("INSERT INTO thing (key) VALUES ('last')"));
    assertThat(rows(db)).isEqualTo(1);
  }

  @Test
  void aTextThatNoRowCanHoldIsTheCallersMistake(Db db) {
    table(db);
    for (String statement :
        List.of("INSERT INTO thing (key) VALUES (?)", "DELETE FROM thing WHERE key = ?")) {
      assertThat(refused(db, tx -> tx.update(statement, "a\0b")))
          .isInstanceOfSatisfying(
              Problem.Invalid.class,
              invalid ->
                  assertThat(invalid.violations().getFirst().rule()).isEqualTo("bad_character"));
    }
  }

  @Test
  void anInstanceOfTheVersionBeforeStartsAfterTheMigrationsOfTheNext(Db db) {
    try (Db next = Db.open(TestServers.again(db), "db/kit", "db/lock", "db/late")) {
      assertThat(next.answers()).isTrue();
    }
    // It knows neither kit's, which are before its own last one, nor the latest.
    try (Db before = Db.open(TestServers.again(db), "db/lock")) {
      assertThat(before.answers()).isTrue();
    }
  }

  private static long rows(Db db) {
    return db.<Long>inTx(tx ->
        tx.one("SELECT count(*) AS n FROM thing", row -> row.column("n").getLong()).orElseThrow());
  }
}
