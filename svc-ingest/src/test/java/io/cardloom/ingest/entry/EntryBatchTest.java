package io.cardloom.ingest.entry;

import static io.cardloom.ingest.TestIngest.batch;
import static io.cardloom.ingest.TestIngest.entry;
import static io.cardloom.ingest.TestIngest.gone;
import static io.cardloom.ingest.TestIngest.json;
import static io.cardloom.ingest.TestIngest.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cardloom.ingest.TestIngest;
import io.cardloom.ingest.source.DataSource;
import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.PropertyValue;
import io.cardloom.proto.ingest.v1.UnknownProperties;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EntryBatchTest {
  private static final Schema SCHEMA = schema();

  private static Schema schema() {
    var source =
        new DataSource("s", "s", "", List.of("en"), List.of(), 1, Instant.EPOCH, Instant.EPOCH);
    return new Schema(
        source,
        TestIngest.PROPERTIES.stream()
            .map(property -> property.split(":"))
            .map(parts ->
                SourceProperty.found(parts[0], PropertyType.valueOf("PROPERTY_TYPE_" + parts[1])))
            .toList());
  }

  private static EntryBatch read(ImportDataRequest.Builder request) {
    return EntryBatch.read(SCHEMA, request.build());
  }

  private static String body(EntryInput entry) {
    return read(batch("s", entry)).entries().getFirst().patch().toString();
  }

  private static EntryInput listed(PropertyValue... values) {
    return EntryInput.newBuilder().setId("k").addAllProperties(List.of(values)).build();
  }

  private static PropertyValue value(String id, String json, String language) {
    return PropertyValue.newBuilder().setId(id).setValue(json(json)).setLanguage(language).build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{};{}",
        "{\"name\":\"Desk\"};{\"name\":\"Desk\"}",
        "{\"NAME\":\"Desk\"};{\"name\":\"Desk\"}",
        "{\"price\":1.50,\"name\":\"a\"};{\"name\":\"a\",\"price\":1.5}",
        "{ \"name\" : \"B\\u00e5t \\/ \\t\" };{\"name\":\"Båt / \\t\"}",
        "{\"name\":null};{\"name\":null}",
        "{\"label\":{\"en\":\"Desk\",\"sv-se\":\"Bord\"}};{\"label\":{\"en\":\"Desk\",\"sv-SE\":\"Bord\"}}",
        "{\"label\":{\"ZH_hans_cn\":\"x\"}};{\"label\":{\"zh-Hans-CN\":\"x\"}}",
        "{\"label\":{\"en\":null}};{\"label\":{\"en\":null}}",
        "{\"label\":null};{\"label\":null}",
        "{\"tags\":[\"a\",\"b\"]};{\"tags\":[\"a\",\"b\"]}",
        "{\"tags\":\"a| b ||c\"};{\"tags\":[\"a\",\"b\",\"c\"]}",
        "{\"tags\":[]};{\"tags\":null}",
        "{\"tags\":\"\"};{\"tags\":null}",
        "{\"notes\":{\"en\":[\"a\"],\"sv\":\"b|c\"}};{\"notes\":{\"en\":[\"a\"],\"sv\":[\"b\",\"c\"]}}",
        "{\"active\":true};{\"active\":true}",
        "{\"stock\":-0};{\"stock\":0}",
        "{\"stock\":9223372036854775807};{\"stock\":9223372036854775807}",
        "{\"price\":12};{\"price\":12}",
        "{\"price\":0.10};{\"price\":0.1}",
        "{\"price\":1e3};{\"price\":1000}",
        "{\"price\":1.5E-3};{\"price\":0.0015}",
        "{\"price\":-0.0};{\"price\":0}",
        "{\"since\":\"2026-01-31T12:00:00+02:00\"};{\"since\":\"2026-01-31T10:00:00Z\"}",
        "{\"since\":\"2026-01-31T12:00:00.123456789Z\"};{\"since\":\"2026-01-31T12:00:00.123456Z\"}",
      })
  void valuesAreReadIntoTheirCanonicalForm(String values, String canonical) {
    assertThat(body(entry("k", values))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"nme\":\"x\"};entries[0].values.nme unknown_property",
        "{\"name\":1};entries[0].values.name wrong_type",
        "{\"name\":true};entries[0].values.name wrong_type",
        "{\"name\":[\"a\"]};entries[0].values.name wrong_type",
        "{\"name\":{\"a\":1}};entries[0].values.name wrong_type",
        "{\"name\":{\"en\":\"x\"}};entries[0].values.name forbidden_language",
        "{\"name\":\"a\\u0000b\"};entries[0].values.name bad_character",
        "{\"name\":\"a\\ud800b\"};entries[0].values.name bad_character",
        "{\"name\":\"a\",\"Name\":\"b\"};entries[0].values.Name duplicate_property",
        "{\"label\":\"x\"};entries[0].values.label missing_language",
        "{\"label\":{\"xx\":\"x\"}};entries[0].values.label.xx bad_language",
        "{\"label\":{\"en\":1}};entries[0].values.label.en wrong_type",
        "{\"label\":{\"en\":{\"sv\":\"a\"}}};entries[0].values.label.en wrong_type",
        "{\"label\":{\"en\":\"a\",\"EN\":\"b\"}};entries[0].values.label.EN duplicate_language",
        "{\"tags\":[\"a\",1,[\"b\"]]};entries[0].values.tags[1] wrong_type|entries[0].values.tags[2] wrong_type",
        "{\"notes\":{\"en\":[1]}};entries[0].values.notes.en[0] wrong_type",
        "{\"notes\":[\"a\"]};entries[0].values.notes missing_language",
        "{\"active\":\"true\"};entries[0].values.active wrong_type",
        "{\"stock\":1.0};entries[0].values.stock wrong_type",
        "{\"stock\":\"1\"};entries[0].values.stock wrong_type",
        "{\"stock\":9223372036854775808};entries[0].values.stock out_of_range",
        "{\"price\":\"1\"};entries[0].values.price wrong_type",
        "{\"price\":NaN};entries[0].values.price not_finite",
        "{\"price\":-Infinity};entries[0].values.price not_finite",
        "{\"price\":1e39};entries[0].values.price out_of_range",
        "{\"price\":1e-999999999};entries[0].values.price out_of_range",
        "{\"since\":\"2026-01-31\"};entries[0].values.since bad_timestamp",
        "{\"since\":\"2026-01-31T12:00:00\"};entries[0].values.since bad_timestamp",
        "{\"since\":20260131};entries[0].values.since wrong_type",
        "[];entries[0].values wrong_type",
        "{\"name\":;entries[0].values malformed_json",
        "{\"name\":\"a\"} x;entries[0].values malformed_json",
        "{\"name\":1,\"stock\":\"a\",\"no\":1};entries[0].values.name wrong_type|entries[0].values.stock wrong_type|entries[0].values.no unknown_property",
      })
  void whatBreaksARuleIsRefusedWithItsPath(String values, String expected) {
    assertThat(violations(() -> read(batch("s", entry("k", values)))))
        .containsExactly(expected.split("\\|"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "name;\"x\";;{\"name\":\"x\"}",
        "Label;\"Bord\";sv;{\"label\":{\"sv\":\"Bord\"}}",
        "label;null;sv;{\"label\":{\"sv\":null}}",
        "label;null;;{\"label\":null}",
        "tags;[\"a\"];;{\"tags\":[\"a\"]}",
        "price;10.0;;{\"price\":10}",
      })
  void theListFormReadsTheSame(String id, String json, String language, String canonical) {
    String given = language == null ? "" : language;
    assertThat(body(listed(value(id, json, given)))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "nme;1;;entries[0].properties[1].id unknown_property",
        "price;\"a\";;entries[0].properties[1].value wrong_type",
        "tags;[\"a\",2];;entries[0].properties[1].value[1] wrong_type",
        "label;\"a\";;entries[0].properties[1].language missing_language",
        "label;\"a\";english;entries[0].properties[1].language bad_language",
        "label;{\"en\":\"a\"};en;entries[0].properties[1].value wrong_type",
        "price;1;en;entries[0].properties[1].language forbidden_language",
        "name;\"again\";;entries[0].properties[1].id duplicate_property",
        "price;1 2;;entries[0].properties[1].value malformed_json",
        "price;{;;entries[0].properties[1].value malformed_json",
      })
  void theListFormNamesItsPlaces(String id, String json, String language, String expected) {
    var first = value("name", "\"first\"", "");
    var second = value(id, json, language == null ? "" : language);
    assertThat(violations(() -> read(batch("s", listed(first, second)))))
        .containsExactly(expected.split("\\|"));
  }

  @Test
  void languagesOfOnePropertyAddUpInTheListForm() {
    assertThat(body(listed(value("label", "\"a\"", "en"), value("label", "\"b\"", "sv"))))
        .isEqualTo("{\"label\":{\"en\":\"a\",\"sv\":\"b\"}}");
    assertThat(
            violations(() ->
                read(batch("s", listed(value("label", "1", "en"), value("label", "\"b\"", "x"))))))
        .containsExactly(
            "entries[0].properties[0].value wrong_type",
            "entries[0].properties[1].language bad_language");
  }

  @Test
  void keysAreOfTheAllowedCharactersAndOnceABatch() {
    assertThat(
            violations(() ->
                read(
                    batch(
                        "s",
                        entry("", "{}"),
                        entry("a b", "{}"),
                        entry("x".repeat(257), "{}"),
                        entry("ok", "{}"),
                        entry("OK", "{}"),
                        entry("ok", "{}")))))
        .containsExactly(
            "entries[0].id bad_key",
            "entries[1].id bad_key",
            "entries[2].id bad_key",
            "entries[5].id duplicate_key");
  }

  @Test
  void oneFormOnlyAndNoneWithADelete() {
    var both = listed(value("name", "\"a\"", "")).toBuilder().setValues(json("{}")).build();
    var goneWithValues = gone("g").toBuilder().setValues(json("{}")).build();
    assertThat(violations(() -> read(batch("s", both, goneWithValues))))
        .containsExactly("entries[0] both_forms", "entries[1].delete values_with_delete");
  }

  @Test
  void whatIsNoUtf8OrTooLargeIsRefused() {
    var bad =
        EntryInput.newBuilder()
            .setId("bad")
            .setValues(
                Json.newBuilder()
                    .setUtf8(
                        ByteString.copyFromUtf8("{\"name\":\"")
                            .concat(ByteString.copyFrom(new byte[] {(byte) 0xc0, (byte) 0x80}))
                            .concat(ByteString.copyFromUtf8("\"}"))))
            .build();
    var large = entry("large", "{\"name\":\"" + "x".repeat(1 << 20) + "\"}");
    assertThat(violations(() -> read(batch("s", bad, large))))
        .containsExactly("entries[0].values malformed_json", "entries[1] too_large");
  }

  @Test
  void anUnknownPropertyNamesTheNearestOne() {
    var problem = TestIngest.refused(() -> read(batch("s", entry("k", "{\"pric\":1}"))));
    assertThat(problem)
        .isInstanceOfSatisfying(
            Problem.Invalid.class,
            invalid -> {
              assertThat(invalid.violations().getFirst().didYouMean()).isEqualTo("price");
              assertThat(invalid.violations().getFirst().got()).isEqualTo("pric");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\"a\";TEXT",
        "true;BOOLEAN",
        "1;INTEGER",
        "1.0;DECIMAL",
        "[\"a\"];LIST",
        "{\"en\":\"a\"};LOCALIZED_TEXT",
        "{\"en\":[\"a\"]};LOCALIZED_LIST",
      })
  void aNewPropertyHasTheTypeOfItsFirstValue(String value, String type) {
    var found =
        read(inferring(entry("k", "{\"New\":" + value + "}"), entry("l", "{\"new\":null}")))
            .found();
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().id()).isEqualTo("new");
    assertThat(found.getFirst().type().name()).isEqualTo("PROPERTY_TYPE_" + type);
  }

  @Test
  void whatCannotBeInferredIsRefused() {
    assertThat(
            violations(() ->
                read(
                    inferring(
                        entry("a", "{\"new\":1,\"a b\":1,\"ID\":1}"),
                        entry("b", "{\"new\":\"text\",\"obj\":{\"x\":{\"y\":1}}}")))))
        .containsExactly(
            "entries[0].values.a b bad_property_id",
            "entries[0].values.ID reserved_id",
            "entries[1].values.new wrong_type",
            "entries[1].values.obj wrong_type");
    assertThat(read(inferring(entry("a", "{\"new\":null}"))).found()).isEmpty();
  }

  private static ImportDataRequest.Builder inferring(EntryInput... entries) {
    return batch("s", entries).setUnknownProperties(UnknownProperties.UNKNOWN_PROPERTIES_INFER);
  }

  @Test
  void entriesComeInOrderOfKeysAndKeepTheirPlaceInTheRequest() {
    var entries = read(batch("s", entry("b", "{}"), entry("a", "{}"), gone("c"))).entries();
    assertThat(entries).extracting(EntryBatch.Entry::key).containsExactly("a", "b", "c");
    assertThat(entries).extracting(EntryBatch.Entry::position).containsExactly(1, 0, 2);
    assertThat(entries.getLast().delete()).isTrue();
  }
}
