package io.cardloom.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the inverted index holds back is merged once writing pauses.
@FreshSchema({"db/kit", "db/index"})
final class UnmergedTest {
  private static final CollectionId SHOES = DocumentIndexContract.SHOES;

  private final PostgresIndex index = new PostgresIndex();

  private void write(Db db, int documents) {
    db.useTx(
        "acme",
        tx -> {
          index.define(tx, SHOES, DocumentIndexContract.PROPERTIES);
          index.apply(
              tx,
              SHOES,
              IntStream.range(0, documents)
                  .mapToObj(i ->
                      DocumentIndexContract.document("k" + i, 1, "{\"name\":\"n%d\"}".formatted(i)))
                  .toList());
        });
  }

  /// Pages of the list, which are merged by asking.
  private static long heldBack(Db db) {
    return db.inTx(
        "acme",
        tx -> {
          var terms = Shapes.terms(new Shapes().require(tx.jdbc(), SHOES));
          var pages = new long[1];
          tx.asOwner(statement -> {
            try (var rows =
                statement.executeQuery("SELECT gin_clean_pending_list('%s')".formatted(terms))) {
              rows.next();
              pages[0] = rows.getLong(1);
            }
          });
          return pages[0];
        });
  }

  @Test
  void withoutUpkeepItIsHeldBack(Db db) {
    write(db, Unmerged.DOCUMENTS_MIN);
    assertThat(heldBack(db)).isPositive();
  }

  @Test
  @Timeout(60)
  void upkeepMergesItOnceWritingPauses(Db db) throws Exception {
    write(db, Unmerged.DOCUMENTS_MIN);
    long written = System.nanoTime();
    var upkeep = index.upkeep(db);
    while (upkeep.once() == 0) {}
    assertThat(Duration.ofNanos(System.nanoTime() - written)).isGreaterThan(Duration.ofMillis(900));
    assertThat(heldBack(db)).isZero();
  }

  @Test
  void fewDocumentsAreLeft(Db db) throws Exception {
    write(db, Unmerged.DOCUMENTS_MIN - 1);
    var upkeep = index.upkeep(db);
    for (int i = 0; i < 4; i++) assertThat(upkeep.once()).isZero();
  }

  @Test
  @Timeout(60)
  void aCollectionThatIsGoneMeanwhileIsNoFailure(Db db) throws Exception {
    write(db, Unmerged.DOCUMENTS_MIN);
    db.useTx("acme", tx -> index.drop(tx, SHOES));
    var upkeep = index.upkeep(db);
    for (int i = 0; i < 4; i++) assertThat(upkeep.once()).isZero();
  }
}
