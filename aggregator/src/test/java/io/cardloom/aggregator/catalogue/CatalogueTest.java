package io.cardloom.aggregator.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.proto.Effect;
import io.cardloom.proto.OptionsProto;
import io.cardloom.proto.Permission;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CatalogueTest {
  private static final Path PAGE = Path.of("../docs/tools.md");
  private static final Path SNAPSHOT = Path.of("src/test/resources/tools-list.json");
  private static final boolean REFRESH = Boolean.getBoolean("cardloom.refresh");
  private static final String HOW =
      "stale; refresh it with: mvn -f aggregator/pom.xml test -Dtest=CatalogueTest -Dcardloom.refresh=true";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Catalogue CATALOGUE =
      Catalogue.compile(Contracts.ALL, Comments.onClassPath());

  static Stream<Tool> tools() {
    return CATALOGUE.tools().stream();
  }

  @Test
  void theListIsTheOneThatWasReviewed() throws IOException {
    JsonNode tree = MAPPER.readTree(ToolJson.list(CATALOGUE.tools(), ToolJson.Form.FULL));
    String list = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
    if (REFRESH) Files.writeString(SNAPSHOT, list);
    assertThat(Files.readString(SNAPSHOT)).as(HOW).isEqualTo(list);
  }

  @Test
  void thePageIsFresh() throws IOException {
    if (REFRESH) ToolsPage.main(new String[] {PAGE.toString()});
    assertThat(Files.readString(PAGE)).as(HOW).isEqualTo(ToolsPage.text());
  }

  @Test
  void theListLeavesRoomForMoreTools() {
    int bytes =
        ToolJson.list(CATALOGUE.tools(), ToolJson.Form.FULL)
            .getBytes(StandardCharsets.UTF_8)
            .length;
    assertThat(bytes / CATALOGUE.tools().size())
        .as("bytes a tool, of %s in all", bytes)
        .isLessThan(1400);
    assertThat(CATALOGUE.sizes().values())
        .allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(3072));
  }

  @Test
  void toolsAreSorted() {
    assertThat(CATALOGUE.tools())
        .extracting(Tool::name)
        .isSorted()
        .contains("whoami", "import_data");
  }

  @Test
  void anRpcThatIsNoToolIsNotOffered() {
    assertThat(CATALOGUE.names())
        .doesNotContain("ScanEntries", "scan_entries")
        .hasSize((int) toolOptions());
  }

  private static long toolOptions() {
    return Contracts.ALL.stream()
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream())
        .filter(rpc -> rpc.getOptions().hasExtension(OptionsProto.tool))
        .count();
  }

  @ParameterizedTest
  @MethodSource("tools")
  void aToolTellsItsHints(Tool tool) {
    JsonNode hints =
        MAPPER.readTree(ToolJson.definition(tool, ToolJson.Form.FULL)).get("annotations");
    boolean reads = tool.effect() == Effect.READ || tool.effect() == Effect.DRAFT;
    assertThat(hints.get("readOnlyHint").asBoolean()).isEqualTo(reads);
    assertThat(hints.get("destructiveHint").asBoolean())
        .isEqualTo(!reads && tool.effect() != Effect.CREATE);
    assertThat(hints.get("openWorldHint").asBoolean()).isFalse();
    assertThat(hints.has("idempotentHint")).isTrue();
  }

  @Test
  void theOldestRevisionGetsNoTitlesAndNoOutputSchemas() {
    var tool = MAPPER.readTree(ToolJson.list(CATALOGUE.tools(), ToolJson.Form.PLAIN)).get(0);
    assertThat(tool.propertyNames())
        .containsExactly("name", "description", "inputSchema", "annotations");
  }

  @Test
  void aCallerSeesWhatItMayCall() {
    var lists = new ToolLists(CATALOGUE);
    var seen = lists.of(Set.of(Permission.MEMBER, Permission.DATA_READ), ToolJson.Form.FULL);
    assertThat(MAPPER.readTree(seen.getValue()))
        .extracting(tool -> tool.get("name").asString())
        .containsExactly(
            "get_import_status",
            "list_source_entries",
            "search_cards",
            "search_destination_data",
            "search_entries",
            "trace_entry_lifecycle",
            "whoami");
    assertThat(lists.of(Set.of(Permission.DATA_READ, Permission.MEMBER), ToolJson.Form.FULL))
        .isSameAs(seen);
  }

  static Stream<BrokenContract> broken() {
    return BrokenContract.all();
  }

  @ParameterizedTest
  @MethodSource
  void broken(BrokenContract contract) {
    assertThatThrownBy(() -> Catalogue.compile(contract.files(), contract.comments()))
        .isInstanceOf(BrokenCatalogue.class)
        .hasMessageContaining(contract.names())
        .hasMessageContaining(contract.why());
  }

  @Test
  void theSameContractWithoutTheMistakeIsFine() {
    var good = BrokenContract.none();
    assertThat(Catalogue.compile(good.files(), good.comments()).names()).containsExactly("do_it");
  }

  @Test
  void aDraftIsShownInTheFormOfWhatItIsFor() {
    var pair = BrokenContract.pair();
    var catalogue = Catalogue.compile(pair.files(), pair.comments());
    var tools = MAPPER.readTree(ToolJson.list(catalogue.tools(), ToolJson.Form.PLAIN));
    assertThat(tools.get(1).get("name").asString()).isEqualTo("draft_it");
    assertThat(tools.get(1).get("_meta").get("ui").get("resourceUri").asString())
        .isEqualTo("ui://cardloom/review.html");
    assertThat(tools.get(0).has("_meta")).isFalse();
    assertThat(catalogue.forms()).containsOnlyKeys("create_it");
  }
}
