package io.cardloom.kit.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.StatementCount;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Questions that go together, on a table of two tenants.
@FreshSchema
final class ReadsTest {
  private static final Sql OWN = new Sql().add("SELECT note FROM memo ORDER BY note");
  private static final Sql TENANT =
      new Sql().add("SELECT current_setting('cardloom.tenant', true)");

  private static void table(Db db) {
    db.useTx(tx ->
        tx.asOwner(owner -> {
          owner.execute("CREATE TABLE memo (tenant text NOT NULL, note text NOT NULL)");
          owner.execute("ALTER TABLE memo ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
          owner.execute(
              "CREATE POLICY own ON memo USING (tenant = current_setting('cardloom.tenant', true))");
        }));
    for (String tenant : List.of("acme", "bolt")) {
      db.useTx(tenant, tx -> tx.update("INSERT INTO memo VALUES (?, ?)", tenant, tenant + " 1"));
    }
  }

  private static List<String> ask(Tx tx) throws Exception {
    var reads = tx.reads();
    var there = reads.test(new Sql().add("SELECT count(*) = ? FROM memo", 1));
    var notes = reads.list(OWN, row -> row.getString(1));
    var tenant = reads.list(TENANT, row -> row.getString(1));
    reads.send();
    var all = new ArrayList<>(notes.get());
    all.addAll(tenant.get());
    all.add("" + there.getAsBoolean());
    return all;
  }

  /// More often than the driver needs to prepare a statement.
  @Test
  void theyAreOneTransactionForItsTenantThatNothingBeginsOrEnds(Db db) throws Exception {
    table(db);
    for (int i = 0; i < 8; i++) {
      for (String tenant : List.of("acme", "bolt")) {
        var answer = new AtomicReference<List<String>>();
        assertThat(StatementCount.of(() -> answer.set(db.inTx(tenant, ReadsTest::ask))))
            .isEqualTo(4);
        assertThat(answer.get()).containsExactly(tenant + " 1", tenant, "true");
      }
    }
    assertThat(db.inTx(ReadsTest::ask))
        .as("nobody's")
        .doesNotContain("acme 1", "bolt 1")
        .endsWith("false");
    assertThat(db.connectionsInUse()).isZero();
  }

  @Test
  void insideATransactionTheySeeWhatItHasDone(Db db) {
    table(db);
    var seen =
        db.inTx(
            "acme",
            tx -> {
              tx.update("INSERT INTO memo VALUES ('acme', 'acme 2')");
              return ask(tx);
            });
    assertThat(seen).containsExactly("acme 1", "acme 2", "acme", "false");
    assertThatThrownBy(() ->
            db.useTx(
                "acme",
                tx -> {
                  ask(tx);
                  tx.update("INSERT INTO memo VALUES ('acme', 'acme 3')");
                  throw new Problem.NotFound("thing", "b").exception();
                }))
        .isInstanceOf(ProblemException.class);
    assertThat(db.inTx("acme", ReadsTest::ask)).doesNotContain("acme 3");
  }

  /// Both ends would wait for the other to take what it sends.
  @Test
  void largeQuestionsGoOneAfterTheOther(Db db) {
    table(db);
    String[] many = new String[20_000];
    java.util.Arrays.setAll(many, i -> "word " + i);
    var counts =
        db.inTx(
            "acme",
            tx -> {
              var reads = tx.reads();
              var all = new ArrayList<java.util.function.Supplier<List<String>>>();
              for (int i = 0; i < 8; i++) {
                all.add(
                    reads.list(
                        new Sql().add("SELECT unnest(cast(? as text[]))", (Object) many),
                        row -> row.getString(1)));
              }
              reads.send();
              return all.stream().map(one -> one.get().size()).toList();
            });
    assertThat(counts).containsOnly(20_000).hasSize(8);
  }

  @Test
  void aRefusalByWhatWasSoOnceIsLookedAtAgain(Db db) {
    var tries = new ArrayList<Boolean>();
    String answer =
        db.inTx(
            "acme",
            tx -> {
              boolean trusts = tx.mayTrust();
              tries.add(trusts);
              if (trusts) throw new Problem.NotFound("thing", "b").exception();
              return "found";
            });
    assertThat(answer).isEqualTo("found");
    assertThat(tries).containsExactly(true, false);
  }

  /// Another column than the one that was remembered.
  @Test
  void aColumnThatIsNoMoreIsLookedAtAgain(Db db) {
    table(db);
    var notes =
        db.inTx(
            "acme",
            tx -> {
              String column = tx.mayTrust() ? "text" : "note";
              var reads = tx.reads();
              var found =
                  reads.list(
                      new Sql().add("SELECT " + column + " FROM memo"), row -> row.getString(1));
              reads.send();
              return found.get();
            });
    assertThat(notes).containsExactly("acme 1");
  }

  @Test
  void whatFailsWithNothingRememberedFails(Db db) {
    var tries = new ArrayList<Boolean>();
    assertThatThrownBy(() ->
            db.inTx(
                "acme",
                tx -> {
                  tries.add(true);
                  throw new Problem.NotFound("thing", "b").exception();
                }))
        .isInstanceOf(ProblemException.class);
    assertThatThrownBy(() ->
            db.inTx(
                "acme",
                tx -> {
                  tries.add(tx.mayTrust());
                  throw new Problem.NotFound("thing", "b").exception();
                }))
        .isInstanceOf(ProblemException.class);
    assertThat(tries).containsExactly(true, true, false);
  }
}
