package io.cardloom.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.cardloom.index.DocumentIndex.Hit;
import io.cardloom.index.DocumentIndex.Match;
import io.cardloom.index.DocumentIndex.Result;
import io.cardloom.index.DocumentIndex.ValueQuery;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.common.v1.Query;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What every adapter of the document index does.
abstract class DocumentIndexContract {
  static final CollectionId SHOES = new CollectionId("acme", "shoes");
  static final List<IndexedProperty> PROPERTIES =
      List.of(
          new IndexedProperty("name", PropertyType.PROPERTY_TYPE_TEXT),
          new IndexedProperty("brand", PropertyType.PROPERTY_TYPE_TEXT),
          new IndexedProperty("title", PropertyType.PROPERTY_TYPE_LOCALIZED_TEXT),
          new IndexedProperty("colors", PropertyType.PROPERTY_TYPE_LIST),
          new IndexedProperty("tags", PropertyType.PROPERTY_TYPE_LOCALIZED_LIST),
          new IndexedProperty("sale", PropertyType.PROPERTY_TYPE_BOOLEAN),
          new IndexedProperty("since", PropertyType.PROPERTY_TYPE_TIMESTAMP),
          new IndexedProperty("stock", PropertyType.PROPERTY_TYPE_INTEGER),
          new IndexedProperty("price", PropertyType.PROPERTY_TYPE_DECIMAL));

  abstract DocumentIndex index();

  static Document document(String key, long version, String json) {
    return Document.of(key, version, Body.parse(json.getBytes(StandardCharsets.UTF_8)), version);
  }

  private static final List<Document> STOCK =
      List.of(
          document(
              "a",
              1,
              """
              {"brand":"Adidas","colors":["Black","White"],"name":"Samba 505-178-04-024","price":99.5,\
              "sale":true,"since":"2026-01-01T00:00:00Z","stock":3,"tags":{"de":["neu"],"en":["new","hot"]},\
              "title":{"de":"Schuh Eins","en":"Shoe One"}}\
              """),
          document(
              "b",
              1,
              """
              {"brand":"adidas","colors":["black"],"name":"gazelle","price":80,"sale":false,\
              "since":"2026-02-01T00:00:00+02:00","stock":0,"title":{"en":"shoe Two"}}\
              """),
          document(
              "c",
              1,
              "{\"brand\":\"Puma\",\"colors\":[\"Red\"],\"name\":\"Suede 100%_x\",\"price\":80}"),
          document("d", 1, "{\"brand\":\"Nike\",\"title\":{\"de\":\"Änderung\"}}"),
          document("e", 1, "{}"));

  void stocked(Db db) {
    db.useTx(
        "acme",
        tx -> {
          index().define(tx, SHOES, PROPERTIES);
          index().apply(tx, SHOES, STOCK);
        });
  }

  Result search(Db db, String query) {
    return db.inTx("acme", tx -> index().search(tx, SHOES, query(query)));
  }

  static Query query(String text) {
    try {
      return TextFormat.parse(text, Query.class);
    } catch (TextFormat.ParseException failure) {
      throw new IllegalArgumentException(failure);
    }
  }

  static String keys(Result result) {
    return result.hits().stream().map(Hit::key).collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "property: 'brand' text { any_of: 'ADIDAS' }; a b",
        "property: 'brand' text { any_of: ['puma', 'nike'] }; c d",
        "property: 'brand' text { any_of: 'adi' }; ``",
        "property: 'brand' text { none_of: 'adidas' }; c d e",
        "property: 'brand' text { any_of: 'adidas' contains: 'das' }; a b",
        "property: 'name' text { contains: '100%_' }; c",
        "property: 'name' text { contains: '_' }; c",
        "property: 'name' text { starts_with: 'SUEDE 1' }; c",
        "property: 'name' text { starts_with: '505' }; ``",
        "property: 'name' text { starts_with: 'samba 505-1' }; a",
        "property: 'brand' text { exists: true }; a b c d",
        "property: 'brand' text { exists: false }; e",
        "property: 'title' text { any_of: 'shoe one' }; a",
        "property: 'title' language: 'de' text { any_of: 'shoe one' }; ``",
        "property: 'title' language: 'en' text { starts_with: 'SHOE' }; a b",
        "property: 'title' text { contains: 'änd' }; d",
        "property: 'title' language: 'en' text { exists: false }; c d e",
        "property: 'title' text { exists: true }; a b d",
        "property: 'title' language: 'de' text { none_of: 'schuh eins' }; b c d e",
        "property: 'colors' list { contains_any: ['BLACK', 'red'] }; a b c",
        "property: 'colors' list { contains_all: ['black', 'white'] }; a",
        "property: 'colors' list { contains_none: 'black' }; c d e",
        "property: 'colors' list { exists: false }; d e",
        "property: 'tags' list { contains_any: 'NEU' }; a",
        "property: 'tags' language: 'en' list { contains_any: 'neu' }; ``",
        "property: 'tags' language: 'en' list { exists: true }; a",
        "property: 'sale' boolean { is: true }; a",
        "property: 'sale' boolean { is: false }; b",
        "property: 'sale' boolean { exists: false }; c d e",
        "property: 'since' timestamp { from: '2026-01-31T22:00:00Z' }; b",
        "property: 'since' timestamp { to: '2026-01-01T01:00:00+01:00' }; a",
        "property: 'since' timestamp { exists: true }; a b",
        "property: 'stock' number { any_of: [0, 7] }; b",
        "property: 'stock' number { gte: 0 lt: 3 }; b",
        "property: 'price' number { gt: 80 }; a",
        "property: 'price' number { gte: 80 lte: 80.0 }; b c",
        "property: 'price' number { exists: false }; d e",
        "property: 'id' text { any_of: ['a', 'e', 'zz'] }; a e",
        "property: 'id' text { starts_with: 'b' }; b",
        "property: 'id' text { none_of: 'a' }; b c d e",
      })
  void eachFilterFindsItsDocuments(String filter, String found, Db db) {
    stocked(db);
    assertThat(keys(search(db, "filters { " + filter + " }"))).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "sam; a",
        "SAMBA adi; a",
        "505-178-04; a",
        "178; a",
        "shoe; a b",
        "black gazelle; b",
        "hot neu; a",
        "schuh shoe; a",
        "änder; d",
        "') | !&:* ; a b c d e",
        "samba nothing; ``",
        "amba; ``",
      })
  void textFindsWordsByTheirBeginning(String text, String found, Db db) {
    stocked(db);
    assertThat(
            keys(
                db.inTx(
                    "acme",
                    tx -> index().search(tx, SHOES, Query.newBuilder().setText(text).build()))))
        .isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "sort { property: 'id' direction: SORT_DIRECTION_DESC }; e d c b a",
        "sort { property: 'brand' }; a b d c e",
        "sort { property: 'brand' direction: SORT_DIRECTION_DESC }; c d b a e",
        "sort { property: 'price' }; b c a d e",
        "sort { property: 'price' direction: SORT_DIRECTION_DESC }; a c b e d",
        "sort { property: 'price' } sort { property: 'brand' direction: SORT_DIRECTION_DESC }; c b a d e",
        "sort { property: 'sale' }; b a c d e",
        "sort { property: 'since' direction: SORT_DIRECTION_DESC }; b a e d c",
        "sort { property: 'title' language: 'en' }; a b c d e",
        "sort { property: 'title' language: 'de' direction: SORT_DIRECTION_DESC }; d a e c b",
      })
  void eachSortOrdersAndPages(String sort, String order, Db db) {
    stocked(db);
    assertThat(keys(search(db, sort))).isEqualTo(order);
    for (int limit = 1; limit <= 5; limit++) {
      var paged = new StringBuilder();
      String after = "";
      do {
        Result page = search(db, sort + " limit: " + limit + " after: '" + after + "'");
        assertThat(page.hits()).hasSizeLessThanOrEqualTo(limit);
        paged.append(keys(page)).append(' ');
        after = page.after();
      } while (!after.isEmpty());
      assertThat(paged.toString().strip()).isEqualTo(order);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "property: 'brand'; [aA]didas 2, Nike 1, Puma 1",
        "property: 'brand' size: 1; [aA]didas 2",
        "property: 'colors'; [bB]lack 2, Red 1, White 1",
        "property: 'title' language: 'en'; Shoe One 1, shoe Two 1",
        "property: 'tags' language: 'en'; hot 1, new 1",
        "property: 'sale'; false 1, true 1",
        "property: 'price'; 80 2, 99.5 1",
      })
  void eachFacetCountsUnderTheFilters(String facet, String counts, Db db) {
    stocked(db);
    Result result = search(db, "limit: 0 include_total: true facets { " + facet + " }");
    assertThat(result.hits()).isEmpty();
    assertThat(result.total()).isEqualTo(5);
    assertThat(
            result.facets().getFirst().values().stream()
                .map(value -> value.value() + " " + value.count())
                .collect(Collectors.joining(", ")))
        .matches(counts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "brand; ``; EXACT; ``; [aA]didas 2, Nike 1, Puma 1",
        "brand; ADIDAS; EXACT; ``; [aA]didas 2",
        "brand; a; PREFIX; ``; [aA]didas 2",
        "brand; A; CONTAINS; ``; [aA]didas 2, Puma 1",
        "brand; adiBas; FUZZY; ``; [aA]didas 2",
        "brand; nkie; EXACT; ``; ``",
        "colors; wite; FUZZY; ``; White 1",
        "title; shoe; PREFIX; en; Shoe One 1, shoe Two 1",
        "title; shoe; PREFIX; de; ``",
        "tags; ``; CONTAINS; ``; hot 1, neu 1, new 1",
        "price; 8; PREFIX; ``; 80 2",
      })
  void valuesAreFound(
      String property, String text, Match match, String language, String found, Db db) {
    stocked(db);
    var values =
        db.inTx(
            "acme",
            tx -> index().values(tx, SHOES, new ValueQuery(property, text, match, language, 10)));
    assertThat(
            values.stream()
                .map(value -> value.value() + " " + value.count())
                .collect(Collectors.joining(", ")))
        .matches(found);
  }

  @Test
  void theBodyComesBackAsItWentIn(Db db) {
    stocked(db);
    Hit hit = search(db, "limit: 1").hits().getFirst();
    assertThat(hit.body()).isEqualTo(STOCK.getFirst().body().toJson());
    assertThat(hit.version()).isEqualTo(1);
    Hit chosen = search(db, "limit: 1 fields: ['price', 'sale']").hits().getFirst();
    assertThat(new String(chosen.body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"price\":99.5,\"sale\":true}");
  }

  @Test
  void whatIsStaleIsDropped(Db db) {
    stocked(db);
    db.useTx(
        "acme",
        tx -> {
          var index = index();
          assertThat(index.apply(tx, SHOES, STOCK)).isEmpty();
          assertThat(
                  index.apply(
                      tx,
                      SHOES,
                      List.of(
                          document("a", 3, "{\"brand\":\"New\"}"),
                          document("f", 1, "{}"),
                          Document.deleted("b", 2, 9))))
              .containsExactlyInAnyOrder("a", "b", "f");
          assertThat(
                  index.apply(tx, SHOES, List.of(document("a", 2, "{}"), document("b", 2, "{}"))))
              .isEmpty();
          assertThat(index.versions(tx, SHOES, List.of("a", "b", "f", "zz")))
              .containsOnly(
                  java.util.Map.entry("a", 3L),
                  java.util.Map.entry("b", 2L),
                  java.util.Map.entry("f", 1L));
          assertThat(index.count(tx, SHOES)).isEqualTo(5);
          assertThat(index.scan(tx, SHOES, "a", 3))
              .extracting(Hit::key)
              .containsExactly("c", "d", "e");
          assertThat(index.apply(tx, SHOES, List.of(document("b", 3, "{\"brand\":\"Back\"}"))))
              .containsExactly("b");
          assertThat(
                  keys(
                      index.search(
                          tx,
                          SHOES,
                          query(
                              "filters { property: 'brand' text { any_of: ['back', 'new', 'adidas'] } }"))))
              .isEqualTo("a b");
        });
  }

  @Test
  void everyViolationIsToldAtOnce(Db db) {
    stocked(db);
    assertThatThrownBy(() ->
            search(
                db,
                """
                filters { property: 'brandt' text { any_of: 'x' } }
                filters { property: 'price' text { any_of: 'x' } }
                filters { property: 'since' timestamp { from: 'yesterday' } }
                sort { property: 'colors' }
                sort { property: 'title' }
                facets { property: 'nosuch' }
                fields: 'nam'
                """))
        .isInstanceOfSatisfying(
            ProblemException.class,
            failure ->
                assertThat(((Problem.Invalid) failure.problem()).violations())
                    .extracting(Violation::path, Violation::rule, Violation::didYouMean)
                    .extracting(Object::toString)
                    .containsExactly(
                        "(\"query.filters[0].property\", \"unknown_property\", \"brand\")",
                        "(\"query.filters[1].text\", \"wrong_filter\", \"number\")",
                        "(\"query.filters[2].timestamp.from\", \"bad_timestamp\", \"\")",
                        "(\"query.sort[0].property\", \"not_sortable\", \"\")",
                        "(\"query.sort[1].language\", \"language_required\", \"\")",
                        "(\"query.facets[0].property\", \"unknown_property\", \"\")",
                        "(\"query.fields[0]\", \"unknown_property\", \"name\")"));
  }

  @Test
  void aCursorOfAnotherQueryIsRefused(Db db) {
    stocked(db);
    String after = search(db, "limit: 1").after();
    assertThatThrownBy(() -> search(db, "text: 'shoe' after: '" + after + "'"))
        .isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> search(db, "after: 'nonsense'")).isInstanceOf(ProblemException.class);
  }

  @Test
  void propertiesAreAddedAndRetyped(Db db) {
    stocked(db);
    db.useTx(
        "acme",
        tx -> {
          var index = index();
          index.define(tx, SHOES, PROPERTIES);
          index.define(
              tx,
              SHOES,
              List.of(
                  new IndexedProperty("weight", PropertyType.PROPERTY_TYPE_DECIMAL),
                  new IndexedProperty("price", PropertyType.PROPERTY_TYPE_TEXT)));
          index.apply(tx, SHOES, List.of(document("g", 1, "{\"price\":\"cheap\",\"weight\":2}")));
          assertThat(
                  keys(
                      index.search(
                          tx, SHOES, query("filters { property: 'weight' number { gt: 1 } }"))))
              .isEqualTo("g");
          assertThat(
                  keys(
                      index.search(
                          tx,
                          SHOES,
                          query("filters { property: 'price' text { any_of: 'CHEAP' } }"))))
              .isEqualTo("g");
          index.define(
              tx, SHOES, List.of(new IndexedProperty("price", PropertyType.PROPERTY_TYPE_DECIMAL)));
          assertThat(
                  keys(
                      index.search(
                          tx, SHOES, query("filters { property: 'price' number { gt: 80 } }"))))
              .isEqualTo("a");
        });
  }

  @Test
  void collectionsAndTenantsAreApart(Db db) {
    stocked(db);
    var index = index();
    var other = new CollectionId("globex", "shoes");
    db.useTx(
        "globex",
        tx -> {
          index.define(tx, other, PROPERTIES);
          assertThat(index.count(tx, other)).isZero();
          index.apply(tx, other, List.of(document("a", 1, "{}")));
          index.drop(tx, other);
          index.drop(tx, other);
          assertThatThrownBy(() -> index.count(tx, other))
              .isInstanceOf(IllegalStateException.class);
        });
    db.useTx("acme", tx -> assertThat(index.count(tx, SHOES)).isEqualTo(5));
  }

  static List<String> split(String keys) {
    return keys.isEmpty() ? List.of() : Arrays.asList(keys.split(" "));
  }
}
