package io.cardloom.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.CopyRows;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.testing.FreshSchema;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Terms as PostgreSQL reads them.
@FreshSchema({"db/kit", "db/index"})
final class TermsTest {
  private static void add(Terms terms, Map<Integer, List<String>> bySlot) {
    bySlot.forEach((slot, words) -> {
      terms.of(slot);
      words.forEach(terms::add);
    });
  }

  private static List<List<String>> read(Db db, List<byte[]> documents) {
    return db.inTx(
        "acme",
        tx -> {
          new Sql()
              .add("CREATE TEMPORARY TABLE read_back (n int, terms tsvector) ON COMMIT DROP")
              .run(tx.jdbc());
          var rows = CopyRows.into("read_back", "n", "terms");
          for (int i = 0; i < documents.size(); i++) rows.row().int4(i).bytes(documents.get(i));
          tx.copy(rows);
          return new Sql()
              .add("SELECT tsvector_to_array(terms) FROM read_back ORDER BY n")
              .list(tx.jdbc(), row -> List.of((String[]) row.getArray(1).getArray()));
        });
  }

  @Test
  void eachDocumentHasItsOwnMarkedByPropertyAndEachOnce(Db db) {
    var terms = new Terms(1_500);
    add(terms, Map.of(7, List.of("red", "red", "änderung", "x😀y"), 1_500, List.of("red")));
    byte[] first = terms.take();
    byte[] none = terms.take();
    add(terms, Map.of(7, List.of("red")));
    assertThat(read(db, List.of(first, none, terms.take())))
        .containsExactly(
            List.of("red=1500", "red=7", "x😀y=7", "änderung=7"), List.of(), List.of("red=7"));
  }

  /// A tsvector is no larger; the rest of the document is stored all the same.
  @Test
  void whatIsTooMuchIsLeftOut(Db db) {
    var terms = new Terms(1);
    terms.of(1);
    IntStream.range(0, 40_000).forEach(i -> terms.add("ä".repeat(20) + i));
    var read = read(db, List.of(terms.take())).getFirst();
    assertThat(read).hasSizeBetween(15_000, 39_999).contains("ä".repeat(20) + "0=1");
  }
}
