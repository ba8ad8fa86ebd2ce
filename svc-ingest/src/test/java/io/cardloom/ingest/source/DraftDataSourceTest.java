package io.cardloom.ingest.source;

import static io.cardloom.ingest.TestIngest.caller;
import static io.cardloom.ingest.TestIngest.property;
import static io.cardloom.ingest.TestIngest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.ingest.TestIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaResponse;
import io.cardloom.proto.ingest.v1.DraftDataSourceResponse;
import io.cardloom.proto.ingest.v1.PropertyInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/ingest"})
final class DraftDataSourceTest {
  private static CreateDataSourceRequest.Builder good(String id) {
    return CreateDataSourceRequest.newBuilder().setId(id).setName("A name");
  }

  private static DraftDataSourceResponse draft(
      TestIngest ingest, String tenant, CreateDataSourceRequest request) {
    return ingest.draft.run(caller(tenant), request);
  }

  private static List<String> problems(DraftDataSourceResponse draft) {
    return draft.getProblemsList().stream()
        .map(problem -> problem.getPath() + " " + problem.getRule())
        .toList();
  }

  /// What a create is refused with, as a draft would list it.
  private static List<String> refusal(
      TestIngest ingest, String tenant, CreateDataSourceRequest request) {
    return switch (refused(() -> ingest.create.run(caller(tenant), request))) {
      case Problem.Invalid(var violations, _) ->
          violations.stream().map(one -> one.path() + " " + one.rule()).toList();
      case Problem.AlreadyExists _ -> List.of("id id_taken");
      case Problem other -> List.of(other.toString());
    };
  }

  /// All that is stored of a source, but for when.
  private static DescribeDataSourceSchemaResponse stored(
      TestIngest ingest, String tenant, String id) {
    var described =
        ingest.describe.run(
            caller(tenant), DescribeDataSourceSchemaRequest.newBuilder().setSourceId(id).build());
    return described.toBuilder()
        .setSource(described.getSource().toBuilder().clearCreatedAt().clearUpdatedAt())
        .build();
  }

  @Test
  void aDraftIsNormalisedAndTellsEveryDefaultAndStoresNothing(Db db) {
    var ingest = new TestIngest(db).source("products");
    var draft =
        draft(
            ingest,
            "acme",
            CreateDataSourceRequest.newBuilder()
                .setId("Prices")
                .setName("  Prices \n")
                .setDescription(" of all shops ")
                .addLanguages("sv_se")
                .addLanguages("EN")
                .addLanguages("sv-SE")
                .addRelatedSourceIds("products")
                .addRelatedSourceIds("products")
                .addProperties(PropertyInput.newBuilder().setId("Price"))
                .addProperties(property("TAGS:LIST"))
                .addProperties(property("codes:LIST:;").toBuilder().setDisplayName(" Codes "))
                .setDryRun(true)
                .setIdempotencyKey("once")
                .build());
    assertThat(draft.getDraft())
        .isEqualTo(
            CreateDataSourceRequest.newBuilder()
                .setId("Prices")
                .setName("Prices")
                .setDescription("of all shops")
                .addLanguages("sv-SE")
                .addLanguages("en")
                .addRelatedSourceIds("products")
                .addProperties(property("price:TEXT").toBuilder().setDisplayName("Price"))
                .addProperties(property("tags:LIST:|").toBuilder().setDisplayName("TAGS"))
                .addProperties(property("codes:LIST:;").toBuilder().setDisplayName("Codes"))
                .setIdempotencyKey("once")
                .build());
    assertThat(draft.getDefaultsAppliedList())
        .allMatch(one -> one.getWhy().endsWith("."))
        .extracting(one -> one.getPath() + " " + one.getValue().getUtf8().toStringUtf8())
        .containsExactly(
            "properties[0].displayName \"Price\"",
            "properties[0].type \"TEXT\"",
            "properties[1].displayName \"TAGS\"",
            "properties[1].delimiter \"|\"");
    assertThat(draft.getProblemsList()).isEmpty();
    assertThat(draft.getSubmit().getTool()).isEqualTo("create_data_source");
    assertThat(draft.getSubmit().getWhy())
        .isEqualTo("It would create the data source Prices with 3 properties.");
    assertThat(ingest.count("source")).isEqualTo(1);
    assertThat(ingest.count("idempotency")).isZero();
    assertThat(draft(ingest, "acme", draft.getDraft()).getDefaultsAppliedList()).isEmpty();
    assertThat(draft(ingest, "other", draft.getDraft()).getProblems(0).getRule())
        .as("another workspace's source is unknown here")
        .isEqualTo("unknown_source");
  }

  @Test
  void theNearestNameAndWhatIsAllowedAreTold(Db db) {
    var ingest = new TestIngest(db).source("products");
    var draft =
        draft(
            ingest,
            "acme",
            good("s").addRelatedSourceIds("product").addProperties(property("a:TEXT:;")).build());
    assertThat(draft.getProblemsList())
        .extracting(
            one -> one.getGot() + " / " + one.getDidYouMean() + " / " + one.getAllowedList())
        .containsExactly(
            "product / products / []", "; /  / [no delimiter, type LIST, type LOCALIZED_LIST]");
    assertThat(draft.getDraft().getProperties(0).getDelimiter())
        .as("what is wrong stays, to be corrected")
        .isEqualTo(";");
    assertThat(draft.getSubmit().getWhy()).isEqualTo("2 problems are in the way.");
  }

  /// Requests with what is wrong with them.
  private static Map<CreateDataSourceRequest, List<String>> table() {
    var table = new LinkedHashMap<CreateDataSourceRequest, List<String>>();
    table.put(CreateDataSourceRequest.getDefaultInstance(), List.of("id bad_id", "name required"));
    table.put(good("a b").build(), List.of("id bad_id"));
    table.put(good("a\0").build(), List.of("id bad_id"));
    table.put(good("x".repeat(257)).build(), List.of("id bad_id"));
    table.put(good("taken").build(), List.of("id id_taken"));
    table.put(good("taken").setName(" \t ").build(), List.of("id id_taken", "name required"));
    table.put(good("n").setName("x".repeat(257)).build(), List.of("name string.max_len"));
    table.put(good("n").setName("a\0b").build(), List.of("name bad_character"));
    table.put(good("n").setDescription("\0").build(), List.of("description bad_character"));
    table.put(
        good("n").addLanguages("en").addLanguages("en").addLanguages("klingon").build(),
        List.of("languages[2] bad_language"));
    table.put(good("n").addLanguages("?").build(), List.of("languages[0] bad_language"));
    table.put(
        good("n").addRelatedSourceIds("nobody").addRelatedSourceIds("").build(),
        List.of("relatedSourceIds[0] unknown_source", "relatedSourceIds[1] unknown_source"));
    table.put(
        good("n").addProperties(property("a:TEXT")).addProperties(property("A:INTEGER")).build(),
        List.of("properties[1].id duplicate_property"));
    table.put(
        good("n").addProperties(property("Id:TEXT")).build(),
        List.of("properties[0].id reserved_id"));
    table.put(
        good("n").addProperties(property("ä:TEXT")).build(),
        List.of("properties[0].id bad_property_id"));
    table.put(
        good("n").addProperties(property("a:BOOLEAN:|")).build(),
        List.of("properties[0].delimiter delimiter_not_allowed"));
    table.put(
        good("n").addProperties(property("a:LIST:too long a one")).build(),
        List.of("properties[0].delimiter string.max_len"));
    table.put(
        good("n").addProperties(PropertyInput.newBuilder().setId("a").setTypeValue(99)).build(),
        List.of("properties[0].type enum.defined_only"));
    table.put(
        good("n").addProperties(property("a:TEXT").toBuilder().setDisplayName("\0")).build(),
        List.of("properties[0].displayName bad_character"));
    return table;
  }

  @Test
  void whatIsWrongWithADraftIsWhatItsCreateIsRefusedWith(Db db) {
    var ingest = new TestIngest(db).source("taken");
    table()
        .forEach((request, expected) -> {
          assertThat(problems(draft(ingest, "acme", request)))
              .as("draft of %s", request)
              .containsExactlyInAnyOrderElementsOf(expected);
          assertThat(refusal(ingest, "acme", request))
              .as("create of %s", request)
              .containsExactlyInAnyOrderElementsOf(expected);
        });
    assertThat(ingest.count("source")).isEqualTo(1);
  }

  @Test
  void aListOverItsBoundStaysAsItCame(Db db) {
    var ingest = new TestIngest(db);
    var request = good("n");
    for (int i = 0; i <= 200; i++) request.addProperties(PropertyInput.newBuilder().setId("P"));
    for (int i = 0; i <= 100; i++) request.addLanguages("klingon");
    var draft = draft(ingest, "acme", request.build());
    assertThat(problems(draft))
        .containsExactlyInAnyOrder("properties repeated.max_items", "languages repeated.max_items");
    assertThat(draft.getDraft()).isEqualTo(request.build());
    assertThat(draft.getDefaultsAppliedList()).isEmpty();
  }

  private static CreateDataSourceRequest random(Random random, String id) {
    var request =
        CreateDataSourceRequest.newBuilder()
            .setId(random.nextInt(12) == 0 ? one(random, "", "a b", "products", "taken") : id)
            .setName(
                one(random, "Name", " Name ", "N", "Näme \"q\"", random.nextBoolean() ? "" : "x"))
            .setDescription(one(random, "", " ", "About it.", " About it.\n"));
    for (int i = random.nextInt(3); i > 0; i--) {
      request.addLanguages(one(random, "en", "EN", "sv_se", "zh-hans-cn", "en", noise(random)));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      request.addRelatedSourceIds(one(random, "products", "taken", "products", noise(random)));
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      var input =
          PropertyInput.newBuilder()
              .setId(one(random, "a", "B", "c-d", "E_f", "g" + i, "h" + i, noise(random)))
              .setDisplayName(one(random, "", "", " Label ", "Label"))
              .setDescription(one(random, "", " d "))
              .setType(PropertyType.forNumber(random.nextInt(9)));
      if (random.nextInt(4) == 0) input.setDelimiter(one(random, ";", "|", " "));
      request.addProperties(input);
    }
    return request.build();
  }

  /// Mostly right, now and then wrong.
  private static String noise(Random random) {
    return random.nextInt(4) == 0 ? one(random, "", "?", "id", "products ", "klingon") : "en";
  }

  private static String one(Random random, String... of) {
    return of[random.nextInt(of.length)];
  }

  @Test
  void aGoodDraftStoresTheSameAsItsRequestAndABadOneIsRefusedAlike(Db db) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var ingest = new TestIngest(db);
    for (String tenant : List.of("request", "draft")) {
      ingest.source(tenant, "products", List.of()).source(tenant, "taken", List.of());
    }
    int good = 0;
    int bad = 0;
    for (int round = 0; round < 120; round++) {
      var request = random(random, "s" + round);
      String at = "seed " + seed + " round " + round + ": " + request;
      var draft = draft(ingest, "request", request);
      if (draft.getProblemsCount() > 0) {
        bad++;
        assertThat(refusal(ingest, "request", request)).as(at).isEqualTo(problems(draft));
        assertThat(refusal(ingest, "draft", draft.getDraft())).as(at).isEqualTo(problems(draft));
        continue;
      }
      good++;
      var again = draft(ingest, "request", draft.getDraft());
      assertThat(again.getDraft()).as(at).isEqualTo(draft.getDraft());
      assertThat(again.getDefaultsAppliedList()).as(at).isEmpty();
      ingest.create.run(caller("request"), request);
      ingest.create.run(caller("draft"), draft.getDraft());
      assertThat(stored(ingest, "draft", request.getId()))
          .as(at)
          .isEqualTo(stored(ingest, "request", request.getId()));
    }
    assertThat(List.of(good, bad)).as("seed %d", seed).allMatch(count -> count > 10);
  }

  @Test
  void anAnswerNamesABoundedNumberOfProblemsAndSaysHowManyThereAre(Db db) {
    var ingest = new TestIngest(db);
    var request = good("n");
    for (int i = 0; i < 150; i++) request.addProperties(property("a:TEXT:;"));
    var draft = draft(ingest, "acme", request.build());
    assertThat(draft.getProblemsCount()).isEqualTo(Problem.VIOLATIONS_MAX);
    assertThat(draft.getSubmit().getWhy()).isEqualTo("299 problems are in the way.");
  }
}
