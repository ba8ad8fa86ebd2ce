package io.cardloom.ingest.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.index.Body;
import io.cardloom.index.Body.Slot;
import io.cardloom.proto.common.v1.PropertyType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConversionTest {
  private static Slot slot(String json) {
    Body body = Body.parse(("{\"p\":" + json + "}").getBytes(StandardCharsets.UTF_8));
    return Objects.requireNonNull(body.slot("p"));
  }

  private static String shown(Conversion.Converted converted) {
    Slot slot = converted.slot();
    return slot == null ? "nothing" : Body.of(Map.of("p", slot)).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "\"a; b\"~LIST~[\"a\",\"b\"]~0",
        "\"\"~LIST~nothing~0",
        "12~LIST~[\"12\"]~0",
        "[\"a\",\"b\"]~TEXT~\"a|b\"~0",
        "[\"a,b\",\"c\"]~LIST~[\"a,b\",\"c\"]~0",
        "true~TEXT~\"true\"~0",
        "1.5~TEXT~\"1.5\"~0",
        "\"a\\\"b\"~TEXT~\"a\\\"b\"~0",
        "\" TRUE \"~BOOLEAN~true~0",
        "\"yes\"~BOOLEAN~nothing~1",
        "\"12\"~INTEGER~12~0",
        "\"12.0\"~INTEGER~12~0",
        "12.5~INTEGER~nothing~1",
        "\"9223372036854775808\"~INTEGER~nothing~1",
        "\"1e3\"~DECIMAL~1000~0",
        "\"1e999999999\"~DECIMAL~nothing~1",
        "12~DECIMAL~12~0",
        "\"2026-01-31T12:00:00+01:00\"~TIMESTAMP~\"2026-01-31T11:00:00Z\"~0",
        "\"yesterday\"~TIMESTAMP~nothing~1",
        "[\"7\"]~INTEGER~7~0",
        "[\"7\",\"8\"]~INTEGER~nothing~1",
        "\"Desk\"~LOCALIZED_TEXT~{\"en\":\"Desk\"}~0",
        "\"a;b\"~LOCALIZED_LIST~{\"en\":[\"a\",\"b\"]}~0",
        "{\"en\":\"Desk\",\"sv\":\"Bord\"}~TEXT~\"Desk\"~1",
        "{\"fr\":\"Bureau\"}~TEXT~\"Bureau\"~0",
        "{\"en\":\"a;b\",\"sv\":\"c\"}~LOCALIZED_LIST~{\"en\":[\"a\",\"b\"],\"sv\":[\"c\"]}~0",
        "{\"en\":[\"a\",\"b\"]}~LIST~[\"a\",\"b\"]~0",
      })
  void aStoredValueBecomesOneOfTheNewType(String stored, String type, String expected, int lost) {
    var to = PropertyType.valueOf("PROPERTY_TYPE_" + type);
    boolean list = type.endsWith("LIST");
    boolean wasList = stored.contains("[");
    var conversion =
        new Conversion(
            to, list ? wasList ? "|" : ";" : "", wasList ? "|" : "", List.of("en", "sv"));
    var converted = conversion.of(slot(stored));
    assertThat(shown(converted))
        .isEqualTo("nothing".equals(expected) ? expected : "{\"p\":" + expected + "}");
    assertThat(converted.lost()).hasSize(lost);
    Slot once = converted.slot();
    if (once != null) {
      assertThat(conversion.of(once).slot()).as("again changes nothing").isEqualTo(once);
    }
  }

  @ParameterizedTest
  @CsvSource({"LOCALIZED_TEXT", "LOCALIZED_LIST"})
  void withoutALanguageAPlainValueHasNoPlace(String type) {
    var conversion =
        new Conversion(PropertyType.valueOf("PROPERTY_TYPE_" + type), "", "", List.of());
    var converted = conversion.of(slot("\"Desk\""));
    assertThat(converted.slot()).isNull();
    assertThat(converted.lost()).containsExactly("Desk");
  }

  @ParameterizedTest
  @CsvSource({"'[\"a;b\",\"c\"]', '[\"a\",\"b\",\"c\"]'", "'[\"a|b\"]', '[\"a|b\"]'"})
  void anotherDelimiterSplitsTheItems(String stored, String expected) {
    var conversion = new Conversion(PropertyType.PROPERTY_TYPE_LIST, ";", "|", List.of());
    assertThat(shown(conversion.of(slot(stored)))).isEqualTo("{\"p\":" + expected + "}");
  }
}
