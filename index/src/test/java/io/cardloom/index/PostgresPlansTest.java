package io.cardloom.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What PostgreSQL does for a question or a batch: the index it takes, the statements it runs.
@FreshSchema({"db/kit", "db/index"})
final class PostgresPlansTest {
  private static final CollectionId SHOES = DocumentIndexContract.SHOES;

  private static List<Document> batch(int from, int to, long version) {
    return IntStream.range(from, to)
        .mapToObj(i ->
            DocumentIndexContract.document(
                "k%06d".formatted(i),
                version,
                """
                {"brand":"brand%d","colors":["Color %d"],"name":"model %d","sale":%b,"stock":%d}\
                """
                    .formatted(i % 200, i % 9, i, i % 100 == 0, i % 1_000)))
        .toList();
  }

  @Test
  void eachKindOfQuestionTakesTheIndexMeantForIt(Db db) {
    var index = new PostgresIndex();
    db.useTx(
        "acme",
        tx -> {
          index.define(tx, SHOES, DocumentIndexContract.PROPERTIES);
          for (int from = 0; from < 6_000; from += 2_000) {
            index.apply(tx, SHOES, batch(from, from + 2_000, 1));
          }
          new Shapes().invert(tx, SHOES);
          for (var property : List.of("name", "stock")) {
            new Shapes().order(tx, SHOES, property);
          }
          tx.asOwner(owner -> owner.execute("ANALYZE"));
        });
    assertThat(plan(db, "filters { property: 'brand' text { any_of: ['BRAND7', 'brand8'] } }"))
        .contains("Bitmap Index Scan on index_doc_1_terms");
    assertThat(
            plan(db, "filters { property: 'sale' boolean { is: true } } sort { property: 'name' }"))
        .contains("Bitmap Index Scan on index_doc_1_terms");
    assertThat(plan(db, "text: 'model 4711'")).contains("Bitmap Index Scan on index_doc_1_terms");
    assertThat(plan(db, "sort { property: 'stock' direction: SORT_DIRECTION_DESC }"))
        .contains("Index Scan Backward using index_doc_1_p8")
        .doesNotContain("Sort Key");
    assertThat(
            plan(db, "filters { property: 'stock' number { gte: 10 } } sort { property: 'name' }"))
        .contains("Index Scan using index_doc_1_p1")
        .doesNotContain("Sort Key");
    assertThat(plan(db, "sort { property: 'brand' }")).contains("Sort Key");
    assertThat(plan(db, "")).contains("Index Scan using index_doc_1_pkey");
    assertThat(plan(db, "filters { property: 'id' text { starts_with: 'k0047' } }"))
        .contains("index_doc_1_pkey")
        .contains("key >=");
  }

  private static String plan(Db db, String query) {
    return db.inTx(
        "acme",
        tx ->
            new Search(new Shapes().require(tx.jdbc(), SHOES), DocumentIndexContract.query(query))
                .plan(tx.jdbc()));
  }

  @Test
  void aBatchOfAnySizeRunsTheSameStatements(Db db) {
    var index = new PostgresIndex();
    db.useTx("acme", tx -> index.define(tx, SHOES, DocumentIndexContract.PROPERTIES));
    assertThat(statements(() -> db.useTx("acme", tx -> index.apply(tx, SHOES, batch(0, 1, 1)))))
        .isPositive()
        .isEqualTo(
            statements(() -> db.useTx("acme", tx -> index.apply(tx, SHOES, batch(1, 900, 1)))))
        .isLessThanOrEqualTo(6);
    assertThat(statements(() -> db.useTx("acme", tx -> index.apply(tx, SHOES, batch(0, 2, 2)))))
        .isEqualTo(
            statements(() -> db.useTx("acme", tx -> index.apply(tx, SHOES, batch(100, 900, 2)))))
        .isLessThanOrEqualTo(7);
  }

  /// Statements that this thread sends while `work` runs.
  private static int statements(Runnable work) {
    var count = new AtomicInteger();
    long thread = Thread.currentThread().threadId();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            String message = record.getMessage();
            if (record.getLongThreadID() == thread
                && (message.startsWith(" FE=> Execute") || message.startsWith(" FE=> Query"))) {
              count.incrementAndGet();
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger driver = Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");
    Level before = driver.getLevel();
    driver.setLevel(Level.FINEST);
    driver.addHandler(handler);
    try {
      work.run();
    } finally {
      driver.removeHandler(handler);
      driver.setLevel(before);
    }
    return count.get();
  }
}
