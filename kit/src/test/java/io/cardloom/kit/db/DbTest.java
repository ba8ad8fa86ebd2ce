package io.cardloom.kit.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@FreshSchema
final class DbTest {
  private static void table(Db db) {
    db.useTx(tx ->
        tx.update(
            """
            CREATE TABLE thing (key text PRIMARY KEY, n bigint, small smallint, flag boolean,
              at timestamptz, body json, parts text[], numbers bigint[], price double precision)
            """));
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
    assertThat(
            db.<Long>inTx(tx ->
                tx.one("SELECT count(*) AS n FROM thing", row -> row.column("n").getLong())
                    .orElseThrow()))
        .isZero();
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
}
