package io.cardloom.aggregator.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.cards.v1.SearchCardsRequest;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.common.v1.SortDirection;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportMode;
import io.cardloom.proto.ingest.v1.UpsertDataSourcePropertiesRequest;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageReaderTest {
  private static final MessageReader READER = new MessageReader(new Shapes(), new Rules());

  private static Message read(Descriptor type, String json) {
    byte[] body = ("  [" + json + "]").getBytes(StandardCharsets.UTF_8);
    return READER.read(type, body, 3, body.length - 4);
  }

  private static List<Violation> violations(Descriptor type, String json) {
    try {
      read(type, json);
      return List.of();
    } catch (ProblemException refused) {
      return ((Problem.Invalid) refused.problem()).violations();
    }
  }

  private static ImportDataRequest importData(String json) throws InvalidProtocolBufferException {
    return ImportDataRequest.parseFrom(
        read(ImportDataRequest.getDescriptor(), json).toByteString());
  }

  @Test
  void readsEveryKindOfField() throws InvalidProtocolBufferException {
    var query =
        SearchCardsRequest.parseFrom(
                read(
                        SearchCardsRequest.getDescriptor(),
                        """
                        {"card_definition_id":"pc","query":{"filters":[
                          {"property":"price","number":{"anyOf":[1,2.5],"gte":0}},
                          {"property":"sold","boolean":{"is":false}}],"text":"zoë",
                          "sort":[{"property":"id","direction":"desc"}],
                          "limit":0,"includeTotal":true,"after":null}}
                        """)
                    .toByteString())
            .getQuery();
    assertThat(query.getFilters(0).getNumber().getAnyOfList()).containsExactly(1.0, 2.5);
    assertThat(query.getFilters(0).getNumber().hasGte()).isTrue();
    assertThat(query.getFilters(1).getBoolean().hasIs()).isTrue();
    assertThat(query.getText()).isEqualTo("zoë");
    assertThat(query.getSort(0).getDirection()).isEqualTo(SortDirection.SORT_DIRECTION_DESC);
    assertThat(query.hasLimit()).as("a zero that was given").isTrue();
    assertThat(query.getIncludeTotal()).isTrue();
  }

  @Test
  void anyJsonStaysTheBytesOfTheInput() throws InvalidProtocolBufferException {
    String values = "{ \"näme\" : \"\\u00e9\\n\", \"n\":1.0e+2,\"deep\":[{\"a\":[ ]}, null ] }";
    var request =
        importData(
            "{\"sourceId\":\"s\",\"entries\":[{\"id\":\"a\",\"values\":"
                + values
                + " , \"delete\":false}]}");
    assertThat(request.getEntries(0).getValues().getUtf8().toStringUtf8()).isEqualTo(values);
  }

  static Stream<String> anyJson() {
    return Stream.of(
        "1",
        "-0.50",
        "1e400",
        "true",
        "null",
        "\"\"",
        "\"a\\\"b\"",
        "[]",
        "[1, 2]",
        "{}",
        "{\"a\": {\"b\": \"}\"}}");
  }

  @ParameterizedTest
  @MethodSource
  void anyJson(String value) throws InvalidProtocolBufferException {
    for (String after : List.of("", " ", ",\"language\":\"en\"", " ,\"language\":null")) {
      var request =
          importData(
              "{\"sourceId\":\"s\",\"entries\":[{\"id\":\"a\",\"properties\":[{\"id\":\"p\",\"value\":"
                  + value
                  + after
                  + "}]}]}");
      assertThat(request.getEntries(0).getProperties(0).getValue().getUtf8().toStringUtf8())
          .isEqualTo(value);
    }
  }

  @Test
  void mapsTakeAnyKey() throws InvalidProtocolBufferException {
    var request =
        CreateEndpointRequest.parseFrom(
            read(
                    CreateEndpointRequest.getDescriptor(),
                    """
                    {"apiVersionId":"d.v1","path":"p","cardDefinitionId":"c",
                     "facets":[{"property":"brand","header":{"en":"Brand","sv-SE":"Märke"}}]}
                    """)
                .toByteString());
    assertThat(request.getFacets(0).getHeaderMap())
        .containsEntry("en", "Brand")
        .containsEntry("sv-SE", "Märke");
  }

  static Stream<Arguments> words() {
    return Stream.of("TEXT", "text", "Text", "PROPERTY_TYPE_TEXT", "property_type_text")
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource
  void words(String word) throws InvalidProtocolBufferException {
    var request =
        CreateDataSourceRequest.parseFrom(
            read(
                    CreateDataSourceRequest.getDescriptor(),
                    "{\"id\":\"a\",\"name\":\"A\",\"properties\":[{\"id\":\"p\",\"type\":\""
                        + word
                        + "\"}]}")
                .toByteString());
    assertThat(request.getProperties(0).getType()).isEqualTo(PropertyType.PROPERTY_TYPE_TEXT);
  }

  static Stream<Arguments> integers() {
    return Stream.of(
        arguments("7", 7L),
        arguments("\"7\"", 7L),
        arguments("7.0", 7L),
        arguments("7e2", 700L),
        arguments("9007199254740993", 9007199254740993L),
        arguments("\"9223372036854775807\"", Long.MAX_VALUE));
  }

  @ParameterizedTest
  @MethodSource
  void integers(String written, long expected) throws InvalidProtocolBufferException {
    var request =
        UpdateApiVersionRequest.parseFrom(
            read(
                    UpdateApiVersionRequest.getDescriptor(),
                    "{\"apiVersionId\":\"d.v1\",\"expectedVersion\":" + written + "}")
                .toByteString());
    assertThat(request.getExpectedVersion()).isEqualTo(expected);
  }

  static Stream<Arguments> refused() {
    var source = CreateDataSourceRequest.getDescriptor();
    var search = SearchCardsRequest.getDescriptor();
    var entries = ImportDataRequest.getDescriptor();
    var version = UpdateApiVersionRequest.getDescriptor();
    return Stream.of(
        arguments(source, "[]", "", "wrong_type"),
        arguments(source, "\"x\"", "", "wrong_type"),
        arguments(source, "{\"id\":\"a\"}", "name", "required"),
        arguments(source, "{\"id\":\"a\",\"name\":\"\"}", "name", "required"),
        arguments(source, "{\"name\":\"A\"}", "id", "required"),
        arguments(source, "{\"id\":\"a b\",\"name\":\"A\"}", "id", "pattern"),
        arguments(source, "{\"id\":3,\"name\":\"A\"}", "id", "wrong_type"),
        arguments(source, "{\"id\":\"a\",\"name\":{\"x\":1}}", "name", "wrong_type"),
        arguments(
            source, "{\"id\":\"a\",\"name\":\"" + "x".repeat(257) + "\"}", "name", "too_long"),
        arguments(
            source,
            "{\"id\":\"a\",\"name\":\"A\",\"languages\":\"en\"}",
            "languages",
            "wrong_type"),
        arguments(
            source,
            "{\"id\":\"a\",\"name\":\"A\",\"languages\":[\"en\",null]}",
            "languages[1]",
            "wrong_type"),
        arguments(
            source,
            "{\"id\":\"a\",\"name\":\"A\",\"languages\":[\"en\",\"x\"]}",
            "languages[1]",
            "pattern"),
        arguments(
            source, "{\"id\":\"a\",\"name\":\"A\",\"dryRun\":\"yes\"}", "dryRun", "wrong_type"),
        arguments(
            source,
            "{\"id\":\"a\",\"name\":\"A\",\"desciption\":\"d\"}",
            "desciption",
            "unknown_field"),
        arguments(
            source,
            "{\"id\":\"a\",\"name\":\"A\",\"dryRun\":true,\"dry_run\":true}",
            "dryRun",
            "duplicate"),
        arguments(
            source,
            "{\"id\":\"a\",\"name\":\"A\",\"properties\":[{\"id\":\"p\",\"type\":\"TXT\"}]}",
            "properties[0].type",
            "unknown_value"),
        arguments(
            source,
            "{\"id\":\"a\",\"name\":\"A\",\"properties\":[{\"id\":\"p\",\"type\":1}]}",
            "properties[0].type",
            "wrong_type"),
        arguments(
            search,
            "{\"cardDefinitionId\":\"c\",\"query\":{\"limit\":201}}",
            "query.limit",
            "out_of_range"),
        arguments(
            search,
            "{\"cardDefinitionId\":\"c\",\"query\":{\"limit\":3000000000}}",
            "query.limit",
            "out_of_range"),
        arguments(
            search,
            "{\"cardDefinitionId\":\"c\",\"query\":{\"limit\":1.5}}",
            "query.limit",
            "wrong_type"),
        arguments(
            search,
            "{\"cardDefinitionId\":\"c\",\"query\":{\"limit\":\"5\"}}",
            "query.limit",
            "wrong_type"),
        arguments(
            search,
            "{\"cardDefinitionId\":\"c\",\"query\":{\"filters\":[{\"property\":\"p\"}]}}",
            "query.filters[0]",
            "required"),
        arguments(
            search,
            "{\"cardDefinitionId\":\"c\",\"query\":{\"filters\":[{\"property\":\"p\",\"text\":{},\"number\":{}}]}}",
            "query.filters[0].number",
            "only_one"),
        arguments(
            search,
            "{\"cardDefinitionId\":\"c\",\"query\":{\"filters\":[{\"property\":\"p\",\"number\":{\"gt\":1e999}}]}}",
            "query.filters[0].number.gt",
            "out_of_range"),
        arguments(entries, "{\"sourceId\":\"s\",\"entries\":[]}", "entries", "required"),
        arguments(entries, "{\"sourceId\":\"s\",\"entries\":[1]}", "entries[0]", "wrong_type"),
        arguments(
            entries,
            "{\"sourceId\":\"s\",\"entries\":["
                + IntStream.range(0, 1001).mapToObj(i -> "{}").collect(Collectors.joining(","))
                + "]}",
            "entries",
            "too_many"),
        arguments(
            version,
            "{\"apiVersionId\":\"v\",\"expectedVersion\":-1}",
            "expectedVersion",
            "out_of_range"),
        arguments(
            version,
            "{\"apiVersionId\":\"v\",\"expectedVersion\":\"1x\"}",
            "expectedVersion",
            "wrong_type"),
        arguments(
            version,
            "{\"apiVersionId\":\"v\",\"expectedVersion\":99999999999999999999}",
            "expectedVersion",
            "out_of_range"));
  }

  @ParameterizedTest(name = "{2} {3}")
  @MethodSource
  void refused(Descriptor type, String json, String path, String rule) {
    assertThat(violations(type, json))
        .extracting(Violation::path, Violation::rule)
        .containsExactly(tuple(path, rule));
  }

  @Test
  void everythingWrongIsToldAtOnce() {
    var found =
        violations(
            UpsertDataSourcePropertiesRequest.getDescriptor(),
            """
            {"sourceid":"s","properties":[{"id":"ok"},{"id":"b a d","type":"numbr"},
              7,{"id":"x","delimiter":"123456789"}],
             "allowReindex":1,"expectedVersion":-3}
            """);
    assertThat(found)
        .extracting(Violation::path, Violation::rule)
        .containsExactlyInAnyOrder(
            tuple("sourceid", "unknown_field"),
            tuple("properties[1].type", "unknown_value"),
            tuple("properties[2]", "wrong_type"),
            tuple("allowReindex", "wrong_type"),
            tuple("sourceId", "required"),
            tuple("properties[1].id", "pattern"),
            tuple("properties[3].delimiter", "too_long"),
            tuple("expectedVersion", "out_of_range"));
  }

  @Test
  void aFindingSaysWhatItGotWhatIsAllowedAndWhatWasMeant() {
    var type = CreateDataSourceRequest.getDescriptor();
    var unknown = violations(type, "{\"id\":\"a\",\"name\":\"A\",\"langages\":[]}").getFirst();
    assertThat(unknown.didYouMean()).isEqualTo("languages");
    assertThat(unknown.allowed()).contains("languages", "dryRun");
    var word =
        violations(
                type,
                "{\"id\":\"a\",\"name\":\"A\",\"properties\":[{\"id\":\"p\",\"type\":\"INTEGR\"}]}")
            .getFirst();
    assertThat(word.got()).isEqualTo("INTEGR");
    assertThat(word.didYouMean()).isEqualTo("INTEGER");
    assertThat(word.allowed()).contains("TEXT", "DECIMAL").doesNotContain("UNSPECIFIED");
    var wrong = violations(type, "{\"id\":\"a\",\"name\":{\"en\": \"A\"}}").getFirst();
    assertThat(wrong.got()).isEqualTo("{\"en\": \"A\"}");
    assertThat(wrong.message()).isEqualTo("name must be a string.");
  }

  @Test
  void anEchoOfTheInputIsShort() {
    var found =
        violations(
            CreateDataSourceRequest.getDescriptor(),
            "{\"id\":\"a\",\"name\":[" + "1,".repeat(5000) + "1]}");
    assertThat(found.getFirst().got()).hasSizeLessThanOrEqualTo(Violation.GOT_CHARS_MAX + 1);
  }

  @Test
  void wordsThatAreNotGivenStayUnspecified() throws InvalidProtocolBufferException {
    assertThat(
            importData("{\"sourceId\":\"s\",\"entries\":[{\"id\":\"a\"}],\"mode\":null}").getMode())
        .isEqualTo(ImportMode.IMPORT_MODE_UNSPECIFIED);
    assertThatThrownBy(() ->
            importData(
                "{\"sourceId\":\"s\",\"entries\":[{\"id\":\"a\"}],\"mode\":\"UNSPECIFIED\"}"))
        .isInstanceOf(ProblemException.class);
  }
}
