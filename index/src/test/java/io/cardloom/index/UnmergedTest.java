package io.cardloom.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The inverted index is made once writing pauses, and what it holds back later is merged then.
@FreshSchema({"db/kit", "db/index"})
final class UnmergedTest {
  private static final CollectionId SHOES = DocumentIndexContract.SHOES;

  private final PostgresIndex index = new PostgresIndex();

  private void define(Db db) {
    db.useTx("acme", tx -> index.define(tx, SHOES, DocumentIndexContract.PROPERTIES));
  }

  /// Makes the inverted index, and has documents written after it.
  private void writeInverted(Db db, int documents) {
    define(db);
    db.useTx("acme", tx -> new Shapes().invert(tx, SHOES));
    write(db, documents);
  }

  private void write(Db db, int documents) {
    db.useTx(
        "acme",
        tx ->
            index.apply(
                tx,
                SHOES,
                IntStream.range(0, documents)
                    .mapToObj(i ->
                        DocumentIndexContract.document(
                            "k" + i, 1, "{\"name\":\"n%d\"}".formatted(i)))
                    .toList()));
  }

  private static boolean inverted(Db db) {
    return db.inTx("acme", tx -> new Shapes().require(tx.jdbc(), SHOES).inverted());
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
  @Timeout(60)
  void whatIsLoadedIsInvertedOnceWritingPauses(Db db) throws Exception {
    define(db);
    write(db, Unmerged.DOCUMENTS_MIN);
    assertThat(inverted(db)).isFalse();
    long written = System.nanoTime();
    var upkeep = index.upkeep(db);
    while (upkeep.once() == 0) {}
    assertThat(Duration.ofNanos(System.nanoTime() - written)).isGreaterThan(Duration.ofMillis(900));
    assertThat(inverted(db)).isTrue();
    assertThat(heldBack(db)).isZero();
  }

  /// A load without end would never be searched by the inverted index.
  @Test
  void afterAHundredThousandNobodyWaitsForAPause() {
    var unmerged = new Unmerged();
    unmerged.wrote(SHOES, Unmerged.DOCUMENTS_MAX - 1);
    assertThat(unmerged.next()).isNull();
    unmerged.wrote(SHOES, 1);
    assertThat(unmerged.next()).isEqualTo(SHOES);
    assertThat(unmerged.next()).isNull();
  }

  /// Two instances of a service may have written to it.
  @Test
  void twoThatInvertItMakeOneIndex(Db db) {
    define(db);
    write(db, Unmerged.DOCUMENTS_MIN);
    var made =
        IntStream.range(0, 4)
            .mapToObj(_ ->
                CompletableFuture.supplyAsync(
                    () -> db.inTx("acme", tx -> new Shapes().invert(tx, SHOES))))
            .toList();
    assertThat(made).allMatch(CompletableFuture::join);
    assertThat(heldBack(db)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "text: 'n7',                                                     3, true",
    "text: 'n7',                                                     2, false",
    "filters { property: 'name' text { any_of: ['n7'] } },           3, true",
    "filters { property: 'stock' number { gte: 7 } },                3, false",
    "'',                                                             3, false",
  })
  void threeSearchesByTermsInvertItSooner(String query, int times, boolean inverted, Db db)
      throws Exception {
    define(db);
    for (int i = 0; i < times; i++) {
      db.useTx("acme", tx -> index.search(tx, SHOES, DocumentIndexContract.query(query)));
    }
    assertThat(index.upkeep(db).once()).isEqualTo(inverted ? 1 : 0);
    assertThat(inverted(db)).isEqualTo(inverted);
  }

  @Test
  void withoutUpkeepWhatIsWrittenIsHeldBack(Db db) {
    writeInverted(db, Unmerged.DOCUMENTS_MIN);
    assertThat(heldBack(db)).isPositive();
  }

  @Test
  @Timeout(60)
  void upkeepMergesItOnceWritingPauses(Db db) throws Exception {
    writeInverted(db, Unmerged.DOCUMENTS_MIN);
    var upkeep = index.upkeep(db);
    while (upkeep.once() == 0) {}
    assertThat(heldBack(db)).isZero();
  }

  @Test
  void fewDocumentsAreLeft(Db db) throws Exception {
    define(db);
    write(db, Unmerged.DOCUMENTS_MIN - 1);
    var upkeep = index.upkeep(db);
    for (int i = 0; i < 4; i++) assertThat(upkeep.once()).isZero();
  }

  @Test
  @Timeout(60)
  void aCollectionThatIsGoneMeanwhileIsNoFailure(Db db) throws Exception {
    define(db);
    write(db, Unmerged.DOCUMENTS_MIN);
    db.useTx("acme", tx -> index.drop(tx, SHOES));
    var upkeep = index.upkeep(db);
    for (int i = 0; i < 4; i++) assertThat(upkeep.once()).isZero();
  }
}
