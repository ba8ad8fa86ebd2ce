package io.cardloom.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.index.DocumentIndex.Hit;
import io.cardloom.kit.db.Db;
import io.cardloom.proto.common.v1.BooleanFilter;
import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.ListFilter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.Sort;
import io.cardloom.proto.common.v1.SortDirection;
import io.cardloom.proto.common.v1.TextFilter;
import io.cardloom.proto.common.v1.TimestampFilter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An adapter answers as the model does: random documents in random batches, with repeats, stale
/// versions and deletes; then random questions, paged through to their end.
abstract class DocumentIndexModelContract {
  private static final int BATCHES = 12;
  private static final int QUESTIONS = 60;
  private static final List<String> LANGUAGES = List.of("de", "en", "sv-SE");
  private static final List<String> TEXTS =
      List.of(
          "Adidas",
          "adidas",
          "ADIDAS Samba",
          "Puma",
          "Änderung 7",
          "änderung 8",
          "100%_x",
          "100",
          "Zoo-12-b",
          "zoo 12",
          "",
          "-",
          "😀 smile",
          "\uFF21wide",
          "a\"b\\c\n",
          "ſtrange",
          "x".repeat(130) + "1",
          "X".repeat(130) + "2",
          "one two three four five six seven eight nine ten");

  abstract DocumentIndex index();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void answersAsTheModelDoes(long seed, Db db) {
    var random = new Random(seed);
    var model = new ModelIndex();
    DocumentIndex index = index();
    db.useTx(
        "acme",
        tx -> index.define(tx, DocumentIndexContract.SHOES, DocumentIndexContract.PROPERTIES));
    for (int i = 0; i < BATCHES; i++) write(random, model, index, db);
    for (int i = 0; i < QUESTIONS; i++) ask(random, model, index, db, "seed " + seed + " ask " + i);
  }

  @Test
  void ofTwoWritersAtOnceTheNewestVersionStays(Db db) throws Exception {
    DocumentIndex index = index();
    db.useTx(
        "acme",
        tx -> index.define(tx, DocumentIndexContract.SHOES, DocumentIndexContract.PROPERTIES));
    var keys = IntStream.range(0, 40).mapToObj(i -> "k" + i).toList();
    for (long round = 0; round < 5; round++) {
      var together = new CyclicBarrier(2);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var writers = new ArrayList<Future<?>>();
        for (long version : List.of(2 * round + 1, 2 * round + 2)) {
          var batch =
              keys.stream().map(key -> Document.of(key, version, Body.EMPTY, version)).toList();
          writers.add(
              threads.submit(() -> {
                together.await();
                db.useTx("acme", tx -> index.apply(tx, DocumentIndexContract.SHOES, batch));
                return true;
              }));
        }
        for (Future<?> writer : writers) writer.get();
      }
      var versions =
          db.inTx("acme", tx -> index.versions(tx, DocumentIndexContract.SHOES, keys)).values();
      assertThat(versions).hasSize(40).containsOnly(2 * round + 2);
    }
  }

  private static void write(Random random, ModelIndex model, DocumentIndex index, Db db) {
    var batch = new ArrayList<Document>();
    var expected = new ArrayList<String>();
    var keys = new HashSet<String>();
    for (int i = 0; i < 12; i++) {
      String key = "k" + random.nextInt(60);
      if (!keys.add(key)) continue;
      long version = 1 + random.nextInt(4);
      boolean delete = random.nextInt(6) == 0;
      Map<String, Object> values = delete ? null : values(random);
      if (model.apply(key, version, values)) expected.add(key);
      batch.add(
          values == null
              ? Document.deleted(key, version, version)
              : Document.of(key, version, body(values), version));
    }
    db.useTx(
        "acme",
        tx -> {
          assertThat(index.apply(tx, DocumentIndexContract.SHOES, batch))
              .containsExactlyInAnyOrderElementsOf(expected);
          assertThat(index.apply(tx, DocumentIndexContract.SHOES, batch)).isEmpty();
        });
  }

  private static void ask(
      Random random, ModelIndex model, DocumentIndex index, Db db, String what) {
    var query = Query.newBuilder();
    for (int i = random.nextInt(3); i > 0; i--) query.addFilters(filter(random));
    if (random.nextInt(4) == 0) query.setText(text(random));
    for (int i = random.nextInt(4); i > 0; i--) query.addSort(sort(random));
    var facets =
        Stream.of("name", "brand", "title", "colors", "tags", "sale")
            .map(name -> FacetRequest.newBuilder().setProperty(name).setLanguage("en").build())
            .filter(_ -> random.nextInt(4) == 0)
            .toList();
    query.addAllFacets(facets).setIncludeTotal(true);
    var expected = model.search(query.build());
    int limit = 1 + random.nextInt(9);
    var found = new ArrayList<String>();
    String after = "";
    do {
      Query page = query.setLimit(limit).setAfter(after).build();
      var result = db.inTx("acme", tx -> index.search(tx, DocumentIndexContract.SHOES, page));
      assertThat(result.total()).as("%s: total of %s", what, page).isEqualTo(expected.size());
      for (int i = 0; i < facets.size(); i++) {
        var values = result.facets().get(i).values();
        assertThat(values.stream().map(one -> ModelIndex.fold(one.value()) + " " + one.count()))
            .as("%s: facet %s of %s", what, facets.get(i), page)
            .containsExactlyElementsOf(model.facet(page, facets.get(i)));
        var spellings = model.spellings(page, facets.get(i));
        assertThat(values)
            .allSatisfy(one ->
                assertThat(spellings.get(ModelIndex.fold(one.value()))).contains(one.value()));
      }
      result.hits().stream().map(Hit::key).forEach(found::add);
      after = result.after();
    } while (!after.isEmpty() && found.size() <= expected.size());
    assertThat(found).as("%s: keys of %s", what, query).isEqualTo(expected);
  }

  private static Sort sort(Random random) {
    return Sort.newBuilder()
        .setProperty(
            one(random, List.of("name", "brand", "title", "sale", "since", "stock", "price", "id")))
        .setLanguage(one(random, LANGUAGES))
        .setDirection(
            random.nextBoolean()
                ? SortDirection.SORT_DIRECTION_DESC
                : SortDirection.SORT_DIRECTION_UNSPECIFIED)
        .build();
  }

  private static Filter filter(Random random) {
    String property =
        one(
            random,
            List.of(
                "id", "name", "brand", "title", "colors", "tags", "sale", "since", "stock",
                "price"));
    var filter = Filter.newBuilder().setProperty(property);
    if (random.nextBoolean()) filter.setLanguage(one(random, LANGUAGES));
    switch (property) {
      case "id" ->
          filter.setText(
              random.nextBoolean()
                  ? TextFilter.newBuilder().setStartsWith("k" + random.nextInt(6))
                  : TextFilter.newBuilder().addAnyOf("k1").addAnyOf("k" + random.nextInt(60)));
      case "name", "brand", "title" -> {
        var test = TextFilter.newBuilder();
        switch (random.nextInt(5)) {
          case 0 -> test.addAnyOf(text(random)).addAnyOf(text(random));
          case 1 -> test.addNoneOf(text(random));
          case 2 -> test.setContains(part(random));
          case 3 -> test.setStartsWith(part(random)).addNoneOf(text(random));
          default -> test.setExists(random.nextBoolean());
        }
        filter.setText(test);
      }
      case "colors", "tags" -> {
        var test = ListFilter.newBuilder();
        switch (random.nextInt(4)) {
          case 0 -> test.addContainsAny(text(random)).addContainsAny(text(random));
          case 1 -> test.addContainsAll(text(random)).addContainsAll(text(random));
          case 2 -> test.addContainsNone(text(random));
          default -> test.setExists(random.nextBoolean());
        }
        filter.setList(test);
      }
      case "sale" -> {
        var test = BooleanFilter.newBuilder();
        filter.setBoolean(
            random.nextBoolean()
                ? test.setIs(random.nextBoolean())
                : test.setExists(random.nextBoolean()));
      }
      case "since" -> {
        var test = TimestampFilter.newBuilder();
        if (random.nextBoolean()) test.setFrom(time(random).toString());
        if (random.nextBoolean()) test.setTo(time(random).toString());
        filter.setTimestamp(test);
      }
      default -> {
        var test = NumberFilter.newBuilder();
        if (random.nextInt(3) == 0) test.addAnyOf(number(random)).addAnyOf(number(random));
        if (random.nextInt(3) == 0) test.setGte(number(random));
        if (random.nextInt(3) == 0) test.setGt(number(random));
        if (random.nextInt(3) == 0) test.setLte(number(random));
        if (random.nextInt(3) == 0) test.setLt(number(random));
        filter.setNumber(test);
      }
    }
    return filter.build();
  }

  private static Map<String, Object> values(Random random) {
    var values = new HashMap<String, Object>();
    put(values, random, "name", text(random));
    put(values, random, "brand", text(random));
    put(values, random, "title", languages(random, text(random)));
    put(values, random, "colors", List.of(text(random), text(random)));
    put(values, random, "tags", languages(random, List.of(text(random), text(random))));
    put(values, random, "sale", random.nextBoolean());
    put(values, random, "since", time(random));
    put(values, random, "stock", (double) random.nextInt(5));
    put(values, random, "price", number(random));
    return values;
  }

  private static void put(Map<String, Object> values, Random random, String name, Object value) {
    if (random.nextInt(4) > 0) values.put(name, value);
  }

  private static Map<String, Object> languages(Random random, Object value) {
    var languages = new TreeMap<String, Object>();
    languages.put(one(random, LANGUAGES), value);
    languages.put(
        one(random, LANGUAGES), value instanceof String ? text(random) : List.of(text(random)));
    return languages;
  }

  private static String text(Random random) {
    return one(random, TEXTS);
  }

  private static String part(Random random) {
    String text = text(random);
    return text.codePointCount(0, text.length()) < 2
        ? "a"
        : text.substring(0, text.offsetByCodePoints(0, 1 + random.nextInt(2)));
  }

  private static double number(Random random) {
    return random.nextInt(9) / 2.0 - 1;
  }

  private static OffsetDateTime time(Random random) {
    return Instant.parse("2026-01-01T00:00:00.000001Z")
        .plusSeconds(random.nextInt(4) * 3_600L)
        .atOffset(ZoneOffset.ofHours(random.nextInt(3)));
  }

  private static <T> T one(Random random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static Body body(Map<String, Object> values) {
    return Body.parse(json(values).getBytes(StandardCharsets.UTF_8));
  }

  private static String json(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> json(entry.getKey()) + ":" + json(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case Collection<?> items ->
          items.stream()
              .map(DocumentIndexModelContract::json)
              .collect(Collectors.joining(",", "[", "]"));
      case String text ->
          '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
      case OffsetDateTime time -> '"' + time.toString() + '"';
      case null, default -> String.valueOf(value);
    };
  }
}
