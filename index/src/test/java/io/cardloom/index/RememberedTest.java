package io.cardloom.index;

import static io.cardloom.index.DocumentIndexContract.SHOES;
import static io.cardloom.index.DocumentIndexContract.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.StatementCount;
import io.cardloom.proto.common.v1.PropertyType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Two instances of a service on one index: what one of them remembers of a collection, the other
/// changes.
@FreshSchema({"db/kit", "db/index"})
final class RememberedTest {
  private final PostgresIndex first = new PostgresIndex();
  private final PostgresIndex other = new PostgresIndex();

  private void define(Db db, String property, PropertyType type) {
    db.useTx("acme", tx -> other.define(tx, SHOES, List.of(new IndexedProperty(property, type))));
  }

  private void put(Db db, String key, String json) {
    var document = Document.of(key, 1, Body.parse(json.getBytes(StandardCharsets.UTF_8)), 0);
    db.useTx("acme", tx -> other.apply(tx, SHOES, List.of(document)));
  }

  private List<String> search(Db db, String query) {
    return db.inTx("acme", tx -> first.search(tx, SHOES, query(query))).hits().stream()
        .map(DocumentIndex.Hit::key)
        .toList();
  }

  @Test
  void aSearchIsOneWayToTheDatabase(Db db) throws Exception {
    define(db, "name", PropertyType.PROPERTY_TYPE_TEXT);
    put(db, "a", "{\"name\":\"Red\"}");
    String faceted = "facets { property: 'name' } include_total: true";
    search(db, faceted);
    for (int i = 0; i < 8; i++) {
      assertThat(StatementCount.of(() -> search(db, faceted)))
          .as("whose it is, page, facets")
          .isEqualTo(3);
    }
  }

  @Test
  void aPropertyThatIsNewIsFound(Db db) {
    define(db, "name", PropertyType.PROPERTY_TYPE_TEXT);
    put(db, "a", "{\"name\":\"Red\",\"size\":7}");
    assertThat(search(db, "")).containsExactly("a");
    assertThatThrownBy(() -> search(db, "filters { property: 'size' number { gte: 7 } }"))
        .isInstanceOf(ProblemException.class);
    define(db, "size", PropertyType.PROPERTY_TYPE_INTEGER);
    put(db, "b", "{\"size\":7}");
    assertThat(search(db, "filters { property: 'size' number { gte: 7 } }")).containsExactly("b");
  }

  @Test
  void aPropertyOfAnotherTypeIsReadAsThatType(Db db) {
    define(db, "size", PropertyType.PROPERTY_TYPE_TEXT);
    put(db, "a", "{\"size\":7}");
    assertThat(search(db, "sort { property: 'size' }")).containsExactly("a");
    define(db, "size", PropertyType.PROPERTY_TYPE_INTEGER);
    assertThat(search(db, "sort { property: 'size' }")).containsExactly("a");
    assertThat(search(db, "filters { property: 'size' number { lte: 7 } }")).containsExactly("a");
  }

  @Test
  void aCollectionMadeAnewIsTheNewOne(Db db) {
    define(db, "name", PropertyType.PROPERTY_TYPE_TEXT);
    put(db, "a", "{\"name\":\"Red\"}");
    assertThat(search(db, "")).containsExactly("a");
    db.useTx("acme", tx -> other.drop(tx, SHOES));
    assertThatThrownBy(() -> search(db, "")).hasMessageContaining("is not defined");
    define(db, "name", PropertyType.PROPERTY_TYPE_TEXT);
    put(db, "b", "{\"name\":\"Blue\"}");
    assertThat(search(db, "")).containsExactly("b");
  }
}
