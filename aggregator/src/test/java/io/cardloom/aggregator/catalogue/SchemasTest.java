package io.cardloom.aggregator.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.cardloom.aggregator.codec.MessageWriter;
import io.cardloom.aggregator.codec.Samples;
import io.cardloom.aggregator.codec.Shapes;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SchemasTest {
  private static final int SAMPLES = 40;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Catalogue CATALOGUE =
      Catalogue.compile(Contracts.ALL, Comments.onClassPath());

  static Stream<Tool> tools() {
    return CATALOGUE.tools().stream();
  }

  private static Schema schema(String json) {
    return REGISTRY.getSchema(json, InputFormat.JSON);
  }

  @ParameterizedTest
  @MethodSource("tools")
  void whateverIsAnsweredFitsTheOutputSchema(Tool tool) {
    var schema = schema(tool.outputSchema());
    var writer = new MessageWriter(new Shapes());
    var samples = new Samples(7);
    for (int i = 0; i < SAMPLES; i++) {
      String json =
          new String(writer.bytes(samples.of(tool.rpc().getOutputType())), StandardCharsets.UTF_8);
      assertThat(schema.validate(json, InputFormat.JSON)).as(json).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("tools")
  void anInputIsAnObjectThatRefusesUnknownNames(Tool tool) {
    JsonNode input = MAPPER.readTree(tool.inputSchema());
    assertThat(input.get("type").asString()).isEqualTo("object");
    assertThat(input.get("additionalProperties").asBoolean()).isFalse();
    assertThat(schema(tool.inputSchema()).validate("{\"noSuchArgument\":1}", InputFormat.JSON))
        .isNotEmpty();
  }

  static Stream<Arguments> inputs() {
    return Stream.of(
        arguments("whoami", "{}", true),
        arguments(
            "create_data_source", "{\"id\":\"a\",\"name\":\"A\",\"languages\":[\"en\"]}", true),
        arguments("create_data_source", "{\"id\":\"a\"}", false),
        arguments("create_data_source", "{\"id\":\"a b\",\"name\":\"A\"}", false),
        arguments(
            "create_data_source",
            "{\"id\":\"a\",\"name\":\"A\",\"properties\":[{\"id\":\"p\",\"type\":\"TEXT\"}]}",
            true),
        arguments("list_configuration", "{\"kinds\":[\"endpoint\"],\"depth\":5}", true),
        arguments("list_configuration", "{\"kinds\":[\"end\"]}", false),
        arguments("list_configuration", "{\"depth\":6}", false),
        arguments("import_data", "{\"sourceId\":\"s\",\"entries\":[]}", false),
        arguments(
            "import_data",
            "{\"sourceId\":\"s\",\"entries\":[{\"id\":\"a\",\"values\":{\"p\":[1,null]}}]}",
            true),
        arguments(
            "search_cards",
            "{\"cardDefinitionId\":\"c\",\"query\":{\"filters\":[{"
                + "\"property\":\"p\",\"text\":{\"anyOf\":[\"x\"]}}],\"limit\":5}}",
            true),
        arguments("search_cards", "{\"cardDefinitionId\":\"c\",\"query\":3}", false));
  }

  @ParameterizedTest
  @MethodSource
  void inputs(String tool, String json, boolean valid) {
    var schema = schema(Objects.requireNonNull(CATALOGUE.find(tool)).inputSchema());
    assertThat(schema.validate(json, InputFormat.JSON).isEmpty()).isEqualTo(valid);
  }

  @Test
  void rulesAndWordsAreInTheSchema() {
    var input =
        MAPPER.readTree(Objects.requireNonNull(CATALOGUE.find("create_data_source")).inputSchema());
    assertThat(input.get("required").toString()).isEqualTo("[\"id\",\"name\"]");
    var name = input.get("properties").get("name");
    assertThat(name.get("description").asString()).isEqualTo("Human-readable label.");
    assertThat(input.get("properties").get("id").get("pattern").asString())
        .isEqualTo("^[A-Za-z0-9_-]{1,256}$");
    assertThat(input.get("properties").get("properties").get("maxItems").asInt()).isEqualTo(200);
  }

  @Test
  void whatIsTooDeepIsToldInOneLine() {
    String input = Objects.requireNonNull(CATALOGUE.find("search_entries")).inputSchema();
    assertThat(input).contains("{property, language?; one of text: {").contains("gte?, gt?, lte?");
  }

  @Test
  void aFormGetsEveryRuleAndADraftNone() {
    var schemas = new Schemas(Comments.onClassPath());
    var type = Objects.requireNonNull(CATALOGUE.find("create_endpoint")).rpc().getInputType();
    var form = schema(schemas.of(type, Schemas.Side.FORM));
    String wrong = "{\"apiVersionId\":\"a\",\"path\":\"a b\",\"conditions\":[{\"property\":\"\"}]}";
    assertThat(form.validate(wrong, InputFormat.JSON)).hasSize(3);
    var draft = schema(schemas.of(type, Schemas.Side.DRAFT));
    assertThat(draft.validate(wrong, InputFormat.JSON)).isEmpty();
    assertThat(draft.validate("{\"path\":3}", InputFormat.JSON)).isNotEmpty();
  }
}
