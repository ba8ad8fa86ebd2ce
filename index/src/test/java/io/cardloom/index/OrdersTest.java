package io.cardloom.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.PropertyType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Trees are there for the orders that somebody asks for, and for no others.
@FreshSchema({"db/kit", "db/index"})
final class OrdersTest {
  private static final CollectionId SHOES = DocumentIndexContract.SHOES;

  private final PostgresIndex index = new PostgresIndex();

  private void define(Db db, List<IndexedProperty> properties) {
    db.useTx("acme", tx -> index.define(tx, SHOES, properties));
  }

  private void search(Db db, String query) {
    db.useTx("acme", tx -> index.search(tx, SHOES, DocumentIndexContract.query(query)));
  }

  /// Properties whose order is held.
  private static List<String> held(Db db) {
    return db.inTx(
        "acme",
        tx ->
            new Shapes()
                .require(tx.jdbc(), SHOES).columns().values().stream()
                    .filter(Column::sorted)
                    .map(Column::property)
                    .sorted()
                    .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "name,                       , 3, name",
    "name,                       , 2, ''",
    "stock,                      , 3, stock",
    "since,                      , 3, since",
    "sale,                       , 3, ''",
    "id,                         , 3, ''",
    "title, language: 'en'         , 3, ''",
  })
  void anOrderIsHeldOnceItWasAskedForThreeTimes(
      String property, String more, int times, String held, Db db) throws Exception {
    define(db, DocumentIndexContract.PROPERTIES);
    assertThat(held(db)).isEmpty();
    for (int i = 0; i < times; i++) {
      search(db, "sort { property: '%s' %s }".formatted(property, more == null ? "" : more));
    }
    assertThat(index.upkeep(db).once()).isEqualTo(held.isEmpty() ? 0 : 1);
    assertThat(held(db)).isEqualTo(held.isEmpty() ? List.of() : List.of(held));
  }

  @Test
  void aCountAsksForNoOrder(Db db) throws Exception {
    define(db, DocumentIndexContract.PROPERTIES);
    for (int i = 0; i < 9; i++) search(db, "sort { property: 'name' } count_only: true");
    assertThat(index.upkeep(db).once()).isZero();
  }

  @Test
  void whatIsHeldIsFoundInOrderAndStaysHeldWhenAPropertyIsAdded(Db db) throws Exception {
    define(db, DocumentIndexContract.PROPERTIES);
    db.useTx(
        "acme",
        tx ->
            index.apply(
                tx,
                SHOES,
                IntStream.range(0, 50)
                    .mapToObj(i ->
                        DocumentIndexContract.document(
                            "k" + i, 1, "{\"stock\":%d}".formatted(i * 7 % 50)))
                    .toList()));
    for (int i = 0; i < 3; i++) search(db, "sort { property: 'stock' }");
    assertThat(index.upkeep(db).once()).isEqualTo(1);
    define(db, List.of(new IndexedProperty("more", PropertyType.PROPERTY_TYPE_TEXT)));
    assertThat(held(db)).containsExactly("stock");
    var page =
        db.inTx(
            "acme",
            tx ->
                index.search(
                    tx,
                    SHOES,
                    DocumentIndexContract.query(
                        "sort { property: 'stock' direction: SORT_DIRECTION_DESC } limit: 3")));
    assertThat(page.hits()).extracting(DocumentIndex.Hit::key).containsExactly("k7", "k14", "k21");
  }

  /// Two instances of a service are asked the same.
  @Test
  void twoThatMakeTheSameOrderMakeItOnce(Db db) {
    define(db, DocumentIndexContract.PROPERTIES);
    var made =
        IntStream.range(0, 4)
            .mapToObj(_ ->
                CompletableFuture.supplyAsync(
                    () -> db.inTx("acme", tx -> new Shapes().order(tx, SHOES, "name"))))
            .toList();
    assertThat(made.stream().filter(CompletableFuture::join)).hasSize(1);
  }

  @Test
  void aCollectionHoldsNoMoreThanItsShare(Db db) throws Exception {
    var numbers =
        IntStream.rangeClosed(0, Shapes.SORTED_MAX)
            .mapToObj(i -> new IndexedProperty("n" + i, PropertyType.PROPERTY_TYPE_INTEGER))
            .toList();
    define(db, numbers);
    for (var number : numbers) {
      for (int i = 0; i < 3; i++) search(db, "sort { property: '%s' }".formatted(number.id()));
      index.upkeep(db).once();
    }
    assertThat(held(db)).hasSize(Shapes.SORTED_MAX).doesNotContain(numbers.getLast().id());
  }
}
