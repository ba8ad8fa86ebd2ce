package io.cardloom.ingest.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportMode;
import io.cardloom.proto.ingest.v1.UnknownProperties;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReadEntriesTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ImportDataRequest json(String body) {
    return ReadEntries.json("s", Map.of(), utf8(body));
  }

  private static ImportDataRequest lines(String body) {
    return ReadEntries.lines("s", Map.of(), utf8(body));
  }

  /// As `path rule`.
  private static List<String> violations(Supplier<ImportDataRequest> reading) {
    try {
      var _ = reading.get();
    } catch (ProblemException refused) {
      if (refused.problem() instanceof Problem.Invalid(var violations, _)) {
        return violations.stream().map(one -> one.path() + " " + one.rule()).toList();
      }
    }
    return fail("nothing was refused");
  }

  @Test
  void valuesStayTheBytesTheyCameAs() {
    String values =
        "{ \"name\" : \"Sk\\u00e5p \\\"å\\\"\",\"price\":1.50, \"x\":[1 ,{}],\"n\":NaN}";
    String body =
        " {\"dryRun\":null,\"entries\": [ {\"values\": %s , \"id\":\"a\"},{\"id\":\"b\",\"delete\":true}]} "
            .formatted(values);
    var request = json(body);
    assertThat(request.getEntriesList()).hasSize(2);
    assertThat(request.getEntries(0).getId()).isEqualTo("a");
    assertThat(request.getEntries(0).getValues().getUtf8().toStringUtf8()).isEqualTo(values);
    assertThat(request.getEntries(1).getDelete()).isTrue();
    assertThat(request.getEntries(1).hasValues()).isFalse();

    var lined =
        lines(
            "{\"id\":\"a\",\"values\":" + values + "}\r\n\n  \t\r\n{\"id\":\"b\",\"delete\":true}");
    assertThat(lined.getEntriesList()).isEqualTo(request.getEntriesList());
    assertThat(lined.getSourceId()).isEqualTo("s");
  }

  @Test
  void propertiesAreTheOtherForm() {
    var entry =
        json("{\"sourceId\":\"s\",\"entries\":[{\"id\":\"a\",\"properties\":[{\"id\":\"label\",\"value\":\"Bord\","
                + "\"language\":\"sv\"},{\"id\":\"price\",\"value\":null}]}]}")
            .getEntries(0);
    assertThat(entry.getProperties(0).getLanguage()).isEqualTo("sv");
    assertThat(entry.getProperties(0).getValue().getUtf8().toStringUtf8()).isEqualTo("\"Bord\"");
    assertThat(entry.getProperties(1).getValue().getUtf8().toStringUtf8()).isEqualTo("null");
  }

  @Test
  void optionsComeFromTheBodyOrTheUrl() {
    String entries = "\"entries\":[{\"id\":\"a\"}]";
    var fromBody =
        json(
            "{\"mode\":\"replace\",\"unknownProperties\":\"INFER\",\"dryRun\":true,"
                + entries
                + "}");
    var fromUrl =
        ReadEntries.lines(
            "s",
            Map.of("mode", "REPLACE", "unknownProperties", "infer", "dryRun", "true"),
            utf8("{\"id\":\"a\"}"));
    for (var request : List.of(fromBody, fromUrl)) {
      assertThat(request.getMode()).isEqualTo(ImportMode.IMPORT_MODE_REPLACE);
      assertThat(request.getUnknownProperties())
          .isEqualTo(UnknownProperties.UNKNOWN_PROPERTIES_INFER);
      assertThat(request.getDryRun()).isTrue();
    }
    assertThat(
            violations(() ->
                ReadEntries.json(
                    "s",
                    Map.of("mode", "MERGE", "dryrun", "true"),
                    utf8("{\"mode\":\"MERGE\",\"dryRun\":\"yes\"," + entries + "}"))))
        .containsExactlyInAnyOrder(
            "dryrun unknown_parameter", "mode given_twice", "dryRun wrong_type");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "[] ~  wrong_type",
        "``  ~  bad_json",
        "nul ~  bad_json",
        "{} ~ entries required",
        "{\"entries\":null} ~ entries wrong_type",
        "{\"entries\":[]} ~ entries required",
        "{\"entries\":{}} ~ entries wrong_type",
        "{\"entries\":[1]} ~ entries[0] wrong_type",
        "{\"entries\":[{}]}x ~  bad_json",
        "{\"entries\":[{\"id\":1}]} ~ entries[0].id wrong_type",
        "{\"entries\":[{\"id\":\"a\",\"id\":\"b\"}]} ~ entries[0].id given_twice",
        "{\"entries\":[{\"ident\":\"a\"}]} ~ entries[0].ident unknown_field",
        "{\"entries\":[{\"delete\":1}]} ~ entries[0].delete wrong_type",
        "{\"entries\":[{\"properties\":{}}]} ~ entries[0].properties wrong_type",
        "{\"entries\":[{\"properties\":[[]]}]} ~ entries[0].properties[0] wrong_type",
        "{\"entries\":[{\"properties\":[{\"language\":1}]}]} ~ entries[0].properties[0].language wrong_type",
        "{\"sourceId\":\"t\",\"entries\":[{}]} ~ sourceId mismatch",
        "{\"mode\":\"MERGED\",\"entries\":[{}]} ~ mode unknown_value",
        "{\"entrys\":[{}]} ~ entrys unknown_field",
      })
  void whatIsWrongIsToldWithItsPlace(String body, String violation) {
    assertThat(violations(() -> json(body))).map(String::strip).contains(violation.strip());
  }

  @Test
  void everyLineThatIsWrongIsNamed() {
    var told =
        violations(() -> lines("{\"id\":\"a\"}\n{\"id\":\n\n[1]\n{\"idd\":\"x\"}\n{} {}\nnull"));
    assertThat(told)
        .containsExactly(
            "entries[1] bad_json",
            "entries[1] wrong_type",
            "entries[2].idd unknown_field",
            "entries[3] bad_json",
            "entries[4] wrong_type");
    try {
      lines("{\"id\":\"a\"}\n\n{\"id\": x}");
    } catch (ProblemException refused) {
      assertThat(refused.problem().message()).startsWith("Line 3 is no JSON, line 1, column ");
    }
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    byte[] latin =
        "{\"entries\":[{\"id\":\"a\",\"values\":{\"n\":\"å\"}}]}"
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(violations(() -> ReadEntries.json("s", Map.of(), latin)))
        .containsExactly(" bad_encoding");
    byte[] overlong = utf8("{\"id\":\"a\",\"values\":{\"n\":\"??\"}}");
    int at = new String(overlong, StandardCharsets.UTF_8).indexOf("??");
    overlong[at] = (byte) 0xC0;
    overlong[at + 1] = (byte) 0xAF;
    assertThat(violations(() -> ReadEntries.lines("s", Map.of(), overlong)))
        .containsExactly("entries[0] bad_encoding");
  }

  @Test
  void depthEntriesAndViolationsHaveBounds() {
    String deep = "[".repeat(100) + "]".repeat(100);
    assertThat(violations(() -> json("{\"entries\":[{\"values\":" + deep + "}]}")))
        .containsExactly(" bad_json");
    assertThat(violations(() -> json("{\"entries\":[" + "1,".repeat(5_000) + "1]}")))
        .hasSize(1_000);
    String many = "{\"id\":\"a\"}\n".repeat(ReadEntries.ENTRIES_MAX + 1);
    assertThat(violations(() -> lines(many))).containsExactly("entries too_many");
    assertThat(lines(many.substring(11)).getEntriesCount()).isEqualTo(ReadEntries.ENTRIES_MAX);
  }
}
