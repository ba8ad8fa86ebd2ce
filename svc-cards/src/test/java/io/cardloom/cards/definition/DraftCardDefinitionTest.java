package io.cardloom.cards.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cardloom.cards.testing.FakeIngest;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardPropertyInput;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.DraftCardDefinitionResponse;
import io.cardloom.proto.common.v1.ProblemDetail;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/cards"})
final class DraftCardDefinitionTest {
  private static final Caller CALLER = TestKeys.everything("acme");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);
  private static final FakeIngest INGEST =
      new FakeIngest()
          .source("acme", "products", List.of(), "name", "brand", "weight")
          .source("acme", "prices", List.of("products"), "name", "price")
          .source("acme", "stock", List.of(), "level", "id")
          .source("acme", "empty", List.of())
          .source("acme", "wide", List.of(), properties(300))
          .source("acme", "huge", List.of(), properties(1_200));
  private static Peer peer;

  @BeforeAll
  static void connect() {
    peer = INGEST.peer();
  }

  @AfterAll
  static void end() {
    peer.close();
    INGEST.close();
  }

  private static String[] properties(int many) {
    return IntStream.range(0, many).mapToObj(i -> "p" + i).toArray(String[]::new);
  }

  /// The draft and the create as the service wires them.
  private record Both(DraftCardDefinition draft, CreateCardDefinition create) {
    static Both of(Db db, Peer ingest) {
      var definitions = new DefinitionStore();
      var plans = new PlanCardDefinition(db, definitions, new SourceSchemas(ingest), CLOCK);
      return new Both(
          new DraftCardDefinition(plans), new CreateCardDefinition(db, definitions, plans));
    }

    DraftCardDefinitionResponse draft(CreateCardDefinitionRequest.Builder request) {
      return draft.run(CALLER, request.build());
    }

    CardDefinition create(CreateCardDefinitionRequest request) {
      return create.run(CALLER, request).getCardDefinition();
    }

    ProblemDetail refused(CreateCardDefinitionRequest request) {
      return catchThrowableOfType(ProblemException.class, () -> create(request)).problem().toPb();
    }
  }

  private static CreateCardDefinitionRequest.Builder of(String name, String... sources) {
    return CreateCardDefinitionRequest.newBuilder().setName(name).addAllSourceIds(List.of(sources));
  }

  private static CardPropertyInput.Builder property(String source, String id, String identifier) {
    return CardPropertyInput.newBuilder()
        .setSourceId(source)
        .setPropertyId(id)
        .setIdentifier(identifier);
  }

  private static List<String> defaults(DraftCardDefinitionResponse draft) {
    return draft.getDefaultsAppliedList().stream()
        .map(one -> one.getPath() + " " + one.getValue().getUtf8().toStringUtf8())
        .toList();
  }

  private static List<String> problems(DraftCardDefinitionResponse draft) {
    return draft.getProblemsList().stream()
        .map(one -> one.getPath() + " " + one.getRule())
        .toList();
  }

  private static int stored(Db db) {
    return db.inTx("acme", tx -> new DefinitionStore().summaries(tx, "acme").size());
  }

  @Test
  void whatIsNotGivenIsFilledInAndTold(Db db) {
    var both = Both.of(db, peer);
    var draft =
        both.draft(
            of("Desk Lämps!", "products")
                .addProperties(property("", "NAME", ""))
                .addProperties(property("products", "brand", "maker").setName("Maker"))
                .setTitleProperty("name")
                .setDryRun(true));
    assertThat(defaults(draft))
        .containsExactly(
            "identifier \"desk-lamps\"",
            "properties[0].sourceId \"products\"",
            "properties[0].propertyId \"name\"",
            "properties[0].identifier \"name\"",
            "properties[0].name \"The name\"");
    assertThat(draft.getDefaultsAppliedList())
        .allSatisfy(one -> assertThat(one.getWhy()).endsWith("."));
    assertThat(draft.getDraft())
        .isEqualTo(
            of("Desk Lämps!", "products")
                .setIdentifier("desk-lamps")
                .addProperties(property("products", "name", "name").setName("The name"))
                .addProperties(property("products", "brand", "maker").setName("Maker"))
                .setTitleProperty("name")
                .build());
    assertThat(draft.getProblemsList()).isEmpty();
    assertThat(draft.getSubmit().getTool()).isEqualTo("create_card_definition");
    assertThat(draft.getSubmit().getWhy())
        .isEqualTo(
            "It would create the card definition desk-lamps in state DRAFT, with 2 properties of"
                + " products.");
    assertThat(stored(db)).isZero();
  }

  @Test
  void propertiesOfWholeSourcesAreToldAsOneDefault(Db db) {
    var both = Both.of(db, peer);
    var all = both.draft(of("Desks", "products", "prices").setIdentifier("desks"));
    assertThat(defaults(all))
        .containsExactly(
            "properties [\"products_name\",\"brand\",\"weight\",\"prices_name\",\"price\"]");
    assertThat(all.getDraft().getPropertiesList()).hasSize(5);

    var wide = both.draft(of("Wide", "wide").setIdentifier("w"));
    assertThat(wide.getDraft().getPropertiesList()).hasSize(300);
    assertThat(wide.getDefaultsAppliedList())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.getWhy()).contains("all 300", "first 60");
          assertThat(one.getValue().getUtf8().toStringUtf8()).startsWith("[\"p0\"").endsWith("]");
        });

    var given = of("Wide", "wide").setIdentifier("w");
    for (int i = 0; i < 300; i++)
      given.addProperties(property("", "p" + i, i == 9 ? "quo\"ted" : "q" + i));
    var told = both.draft(given);
    assertThat(told.getDefaultsAppliedList())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.getPath()).isEqualTo("properties");
          assertThat(one.getWhy()).startsWith("600 values were not given");
          assertThat(one.getValue().getUtf8().toStringUtf8())
              .contains("\"q8\",\"quo\\\"ted\"")
              .endsWith("\"q59\"]");
        });
  }

  @Test
  void morePropertiesThanACallCanListStayUnlisted(Db db) {
    var both = Both.of(db, peer);
    var draft = both.draft(of("Huge", "huge").setTitleProperty("p1199"));
    assertThat(draft.getProblemsList()).isEmpty();
    assertThat(draft.getDraft().getPropertiesList()).isEmpty();
    assertThat(draft.getDefaultsApplied(1).getWhy()).contains("all 1200", "more than a call");
    assertThat(both.create(draft.getDraft()).getPropertiesList()).hasSize(1_200);
  }

  @Test
  void whatBreaksTheContractIsToldWithWhatBreaksTheRules(Db db) {
    var both = Both.of(db, peer);
    both.create(of("Desks", "products").build());
    var request =
        of("", "products", "", "prodcts")
            .setIdentifier("desks")
            .addProperties(property("products", "", ""))
            .addProperties(property("products", "nam", "a b"))
            .addProperties(property("products", "name", "A B"))
            .setIdempotencyKey("x".repeat(200));
    var draft = both.draft(request);
    assertThat(problems(draft))
        .containsExactlyInAnyOrder(
            "name string.min_len",
            "sourceIds[1] string.min_len",
            "properties[0].propertyId string.min_len",
            "properties[1].identifier string.pattern",
            "properties[2].identifier duplicate_identifier",
            "idempotencyKey string.max_len",
            "identifier conflict",
            "sourceIds[2] unknown_source",
            "properties[1].propertyId unknown_property");
    request.getPropertiesBuilder(2).setName("The name");
    assertThat(draft.getDraft()).as("the rest as it came").isEqualTo(request.build());
    assertThat(draft.getSubmit().getWhy()).isEqualTo("9 problems are in the way.");
    assertThat(both.refused(request.build()).getViolationsList())
        .isEqualTo(draft.getProblemsList());
    assertThat(stored(db)).isEqualTo(1);
  }

  @Test
  void aTakenIdentifierIsAProblemOfTheDraftAndAConflictOfTheCreate(Db db) {
    var both = Both.of(db, peer);
    both.create(of("Desks", "products").build());
    var draft = both.draft(of("desks", "products").setIdempotencyKey("k"));
    assertThat(problems(draft)).containsExactly("identifier conflict");
    var refused = both.refused(draft.getDraft());
    assertThat(refused.getCode()).isEqualTo("conflict");
    assertThat(refused.getMessage()).isEqualTo(draft.getProblems(0).getMessage());
  }

  @Test
  void listsBeyondTheContractAreLeftAloneAndAskedOfNobody(Db db) {
    var gone = new FakeIngest();
    try (var away = gone.peer()) {
      gone.close();
      var sources = IntStream.range(0, 5_000).mapToObj(i -> "s" + i).toArray(String[]::new);
      var request = of("Desks", sources);
      for (int i = 0; i < 2_000; i++) request.addProperties(property("s1", "p", ""));
      var draft = Both.of(db, away).draft(request);
      assertThat(problems(draft))
          .containsExactly("sourceIds repeated.max_items", "properties repeated.max_items");
      assertThat(defaults(draft)).containsExactly("identifier \"desks\"");
    }
  }

  @Test
  void withoutTheSourcesServiceTheDraftSaysSo(Db db) {
    var gone = new FakeIngest();
    try (var away = gone.peer()) {
      gone.close();
      var both = Both.of(db, away);
      var draft = both.draft(of("Desks", "products").addProperties(property("", "name", "")));
      assertThat(problems(draft)).containsExactly("sourceIds unavailable");
      assertThat(draft.getProblems(0).getMessage()).contains("svc-ingest does not answer");
      assertThat(defaults(draft)).containsExactly("identifier \"desks\"");
      assertThat(both.refused(draft.getDraft()).getCode()).isEqualTo("unavailable");
    }
  }

  /// Requests made of few words, so that many are good and others wrong in every way.
  private static CreateCardDefinitionRequest.Builder any(Random random, int round) {
    var request =
        CreateCardDefinitionRequest.newBuilder()
            .setName(mostly(random, "Çà " + round, "", "!?"))
            .setIdentifier(mostly(random, "", "d" + round, "taken", "a b"))
            .setTitleProperty(mostly(random, "", "name", "brand", "nope"));
    request.addSourceIds(mostly(random, "products", "prices", "prodcts", "empty"));
    if (random.nextInt(4) == 0) request.addSourceIds(mostly(random, "prices", "products", "stock"));
    for (int i = random.nextInt(4); i > 0; i--) {
      request.addProperties(
          property(
                  mostly(random, "", "products", "prices", "stock"),
                  mostly(random, "name", "NAME", "brand", "price", "nam", ""),
                  mostly(random, "x" + i, "", "X1", "id", "a b"))
              .setName(mostly(random, "", "Label")));
    }
    return request;
  }

  private static String mostly(Random random, String first, String... others) {
    return random.nextInt(5) > 0 ? first : others[random.nextInt(others.length)];
  }

  @Test
  void aDraftWithoutProblemsIsWhatIsCreatedAndOneWithProblemsIsRefusedWithThem(Db db) {
    var both = Both.of(db, peer);
    both.create(of("Taken", "products").build());
    var random = new Random(7);
    int good = 0;
    int bad = 0;
    for (int round = 0; round < 120; round++) {
      var request = any(random, round);
      var draft = both.draft(request);
      var again = both.draft(draft.getDraft().toBuilder());
      assertThat(again.getDraft()).as("%s", request).isEqualTo(draft.getDraft());
      if (draft.getProblemsCount() == 0) {
        good++;
        assertThat(again.getDefaultsAppliedList()).isEmpty();
        assertThat(again.getProblemsList()).isEmpty();
        var planned = both.create(request.setDryRun(true).build());
        var made = both.create(draft.getDraft());
        assertThat(made).as("%s", request).isEqualTo(planned);
        var id = new DefinitionId("acme", made.getId());
        CardDefinition read = db.inTx("acme", tx -> new DefinitionStore().require(tx, id).toPb());
        assertThat(read).isEqualTo(made);
      } else {
        bad++;
        var refused = both.refused(request.build());
        if (refused.getCode().equals("conflict")) {
          assertThat(problems(draft)).containsExactly("identifier conflict");
        } else {
          assertThat(refused.getViolationsList())
              .as("%s", request)
              .isEqualTo(draft.getProblemsList());
        }
      }
    }
    assertThat(good).isGreaterThan(20);
    assertThat(bad).isGreaterThan(20);
    assertThat(stored(db)).isEqualTo(1 + good);
  }
}
