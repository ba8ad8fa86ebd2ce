package io.cardloom.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BodyTest {
  private static Body body(String json) {
    return Body.parse(bytes(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{}; {\"a\":1}; {\"a\":1}",
        "{\"a\":1}; {\"b\":\"x\"}; {\"a\":1,\"b\":\"x\"}",
        "{\"a\":1,\"b\":2}; {\"a\":null}; {\"b\":2}",
        "{\"l\":{\"de\":\"Tisch\",\"en\":\"Desk\"}}; {\"l\":{\"sv\":\"Bord\"}}; {\"l\":{\"de\":\"Tisch\",\"en\":\"Desk\",\"sv\":\"Bord\"}}",
        "{\"l\":{\"de\":\"Tisch\",\"en\":\"Desk\"}}; {\"l\":{\"de\":null}}; {\"l\":{\"en\":\"Desk\"}}",
        "{\"l\":{\"de\":\"Tisch\"}}; {\"l\":{\"de\":null}}; {}",
        "{\"l\":{\"de\":\"Tisch\"}}; {\"l\":null}; {}",
        "{\"a\":[\"x\",\"y\"]}; {\"a\":[\"z\"]}; {\"a\":[\"z\"]}",
      })
  void aMergeIsPerPropertyAndLanguage(String before, String patch, String after) {
    assertThat(body(before).merge(body(patch)).toString()).isEqualTo(after);
  }

  @Test
  void bytesComeBackAsTheyWere() {
    String json =
        "{\"a\":\"ä\\n\\\"€\",\"b\":-1.50,\"c\":[\"x\",\"y z\"],\"d\":true,\"e\":{\"en\":\"q\",\"sv-SE\":[\"å\"]}}";
    assertThat(body(json).toString()).isEqualTo(json);
    assertThat(body(json)).isEqualTo(body(json));
  }

  /// However it comes, it is written in one form; what has that form already is not written again.
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"b\":{\"de\":\"x\",\"en\":\"y\"}}; {\"a\":1,\"b\":{\"de\":\"x\",\"en\":\"y\"}}; true",
        "{\"b\":2,\"a\":1}; {\"a\":1,\"b\":2}; false",
        "{ \"a\":1}; {\"a\":1}; false",
        "{\"a\" :1}; {\"a\":1}; false",
        "{\"a\":1,\"a\":2}; {\"a\":2}; false",
        "{\"l\":{\"en\":\"y\",\"de\":\"x\"}}; {\"l\":{\"de\":\"x\",\"en\":\"y\"}}; false",
        "{\"\\u0061\":1}; {\"a\":1}; false",
      })
  void aBodyHasOneForm(String given, String written, boolean same) {
    byte[] json = given.getBytes(StandardCharsets.UTF_8);
    var body = Body.parse(json);
    assertThat(body.toString()).isEqualTo(written);
    assertThat(body.toJson() == json).isEqualTo(same);
    assertThat(body(written)).isEqualTo(body);
  }

  @Test
  void changesNameEachValueThatDiffers() {
    var changes =
        body("{\"a\":1,\"l\":{\"de\":\"x\",\"en\":\"y\"}}")
            .changesTo(body("{\"b\":2,\"l\":{\"de\":\"x\",\"en\":\"z\"}}"));
    assertThat(changes)
        .extracting(c ->
            c.property()
                + "/"
                + c.language()
                + ":"
                + new String(c.before(), StandardCharsets.UTF_8)
                + ">"
                + new String(c.after(), StandardCharsets.UTF_8))
        .containsExactly("a/:1>null", "b/:null>2", "l/en:\"y\">\"z\"");
  }

  @Test
  void oneLanguageAndOtherNames() {
    var body = body("{\"a\":1,\"l\":{\"de\":\"x\",\"en\":\"y\"},\"m\":{\"sv\":\"z\"}}");
    assertThat(body.in("en").toString()).isEqualTo("{\"a\":1,\"l\":\"y\"}");
    assertThat(body.select(id -> id.equals("a") ? "price" : "").toString())
        .isEqualTo("{\"price\":1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {"[1,2]", "{\"a\":", "\"abc\"", "12345"})
  void whatIsNoObjectIsRefused(String json) {
    assertThatThrownBy(() -> body(json)).isInstanceOf(IllegalArgumentException.class);
  }

  /// However a body comes about, it is the one that a sorted map of the same values writes.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aBodyIsASortedMap(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      var model = values(random);
      var patch = values(random);
      var body = built(model, random);
      assertThat(body.toString()).isEqualTo(json(model));
      assertThat(body).isEqualTo(body(json(model)));
      assertThat(body.properties()).containsExactlyElementsOf(model.keySet());
      model.forEach((id, value) -> assertThat(body.slot(id)).isEqualTo(value));
      assertThat(body.slot("z")).isNull();

      var merged = new TreeMap<>(model);
      merged.putAll(patch);
      var after = body.merge(built(patch, random));
      assertThat(after.toString()).isEqualTo(json(merged));
      assertThat(body.changesTo(after))
          .extracting(Body.Change::property)
          .containsExactlyElementsOf(
              patch.keySet().stream()
                  .filter(id -> !Objects.equals(patch.get(id), model.get(id)))
                  .toList());

      var renamed = new TreeMap<String, Body.Slot>();
      model.forEach((id, value) -> renamed.put(id.substring(1), value));
      assertThat(body.select(id -> id.substring(1)).toString()).isEqualTo(json(renamed));
    }
  }

  private static TreeMap<String, Body.Slot> values(Random random) {
    var values = new TreeMap<String, Body.Slot>();
    for (int i = random.nextInt(12); i > 0; i--) {
      String id = "" + (char) ('a' + random.nextInt(3)) + (char) ('a' + random.nextInt(8));
      values.put(id, new Body.Slot.Plain(bytes("" + random.nextInt(3))));
    }
    return values;
  }

  private static Body built(TreeMap<String, Body.Slot> values, Random random) {
    var ids = new ArrayList<>(values.keySet());
    if (random.nextBoolean()) Collections.shuffle(ids, random);
    var builder = new Body.Builder(random.nextInt(4));
    if (random.nextBoolean()) ids.forEach(id -> builder.put(id, new Body.Slot.Plain(bytes("9"))));
    ids.forEach(id -> builder.put(id, Objects.requireNonNull(values.get(id))));
    return builder.build();
  }

  private static String json(TreeMap<String, Body.Slot> values) {
    return values.entrySet().stream()
        .map(value ->
            "\""
                + value.getKey()
                + "\":"
                + new String(((Body.Slot.Plain) value.getValue()).json(), StandardCharsets.UTF_8))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
