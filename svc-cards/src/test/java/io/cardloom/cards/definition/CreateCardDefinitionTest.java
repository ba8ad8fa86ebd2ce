package io.cardloom.cards.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.cards.testing.FakeIngest;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.cards.v1.CardPropertyInput;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.CreateCardDefinitionResponse;
import io.cardloom.proto.common.v1.WriteStatus;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@FreshSchema({"db/kit", "db/index", "db/cards"})
final class CreateCardDefinitionTest {
  private static final Caller CALLER = TestKeys.everything("acme");
  private static final FakeIngest INGEST =
      new FakeIngest()
          .source("acme", "products", List.of(), "name", "brand", "weight")
          .source("acme", "prices", List.of("products"), "name", "price")
          .source("acme", "stock", List.of(), "level")
          .source("acme", "empty", List.of())
          .source("acme", "odd", List.of(), "id", "x")
          .source("rival", "secret", List.of(), "name");
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

  private static CreateCardDefinition create(Db db) {
    return create(db, peer);
  }

  private static CreateCardDefinition create(Db db, Peer ingest) {
    var definitions = new DefinitionStore();
    var sources = new SourceSchemas(ingest);
    return new CreateCardDefinition(
        db, definitions, new PlanCardDefinition(db, definitions, sources, Clock.systemUTC()));
  }

  private static CreateCardDefinitionRequest.Builder of(String name, String... sources) {
    return CreateCardDefinitionRequest.newBuilder().setName(name).addAllSourceIds(List.of(sources));
  }

  private static CardPropertyInput property(String source, String property, String identifier) {
    return CardPropertyInput.newBuilder()
        .setSourceId(source)
        .setPropertyId(property)
        .setIdentifier(identifier)
        .build();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(of("Desks", "product"), "sourceIds[0] unknown_source ~products"),
        Arguments.of(of("Desks", "secret"), "sourceIds[0] unknown_source ~"),
        Arguments.of(of("Desks", "products", "products"), "sourceIds[1] duplicate_source ~"),
        Arguments.of(of("Desks", "products", "stock"), "sourceIds unrelated_sources ~"),
        Arguments.of(of("Desks", "empty"), "properties required ~"),
        Arguments.of(of("产品", "products"), "identifier required ~"),
        Arguments.of(
            of("Desks", "products").addProperties(property("", "nam", "")),
            "properties[0].propertyId unknown_property ~name"),
        Arguments.of(
            of("Desks", "products", "prices").addProperties(property("", "name", "")),
            "properties[0].sourceId required ~"),
        Arguments.of(
            of("Desks", "products").addProperties(property("prices", "price", "")),
            "properties[0].sourceId unknown_source ~"),
        Arguments.of(
            of("Desks", "products")
                .addProperties(property("", "name", "Title"))
                .addProperties(property("", "brand", "title")),
            "properties[1].identifier duplicate_identifier ~"),
        Arguments.of(
            of("Desks", "products").addProperties(property("", "name", "ID")),
            "properties[0].identifier reserved_identifier ~"),
        Arguments.of(
            of("Desks", "products").setTitleProperty("nane"),
            "titleProperty unknown_property ~name"),
        Arguments.of(
            of("Desks", "product", "stock")
                .addProperties(property("stock", "levl", "a"))
                .addProperties(property("stock", "level", "b"))
                .addProperties(property("stock", "level", "B"))
                .setTitleProperty("c"),
            "sourceIds[0] unknown_source ~products, properties[0].propertyId unknown_property ~level,"
                + " properties[2].identifier duplicate_identifier ~, titleProperty unknown_property ~a"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("refusals")
  void everythingWrongIsToldAtOnceAndNothingIsStored(
      CreateCardDefinitionRequest.Builder request, String violations, Db db) throws Exception {
    var create = create(db);
    assertThatThrownBy(() -> create.run(CALLER, request.build()))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused ->
                assertThat(refused.problem())
                    .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        invalid ->
                            assertThat(
                                    String.join(
                                        ", ",
                                        invalid.violations().stream()
                                            .map(v ->
                                                v.path() + " " + v.rule() + " ~" + v.didYouMean())
                                            .toList()))
                                .isEqualTo(violations)));
    assertThat(db.<Integer>inTx("acme", tx -> new DefinitionStore().summaries(tx, "acme").size()))
        .isZero();
  }

  @Test
  void unrelatedSourcesAreRefusedWithTheWayOut(Db db) {
    var create = create(db);
    assertThatThrownBy(() -> create.run(CALLER, of("Desks", "products", "stock").build()))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              var next = refused.problem().toPb().getNextList();
              assertThat(next).hasSize(2);
              assertThat(next.getFirst().getTool()).isEqualTo("create_card_definition");
              assertThat(next.getFirst().getArguments().getUtf8().toStringUtf8())
                  .contains("\"sourceIds\":[\"products\"]");
            });
  }

  @Test
  void withoutPropertiesItTakesAllAndKeepsEqualNamesApart(Db db) {
    var definition =
        create(db).run(CALLER, of("Desk Lämps!", "products", "prices").build()).getCardDefinition();
    assertThat(definition.getId()).isEqualTo("desk-lamps");
    assertThat(definition.getVersion()).isEqualTo(1);
    assertThat(definition.getState().name()).isEqualTo("CARD_DEFINITION_STATE_DRAFT");
    assertThat(definition.getPropertiesList())
        .extracting(p -> p.getIdentifier() + "=" + p.getSourceId() + "." + p.getPropertyId())
        .containsExactly(
            "products_name=products.name",
            "brand=products.brand",
            "weight=products.weight",
            "prices_name=prices.name",
            "price=prices.price");
    assertThat(definition.getProperties(1).getName()).isEqualTo("The brand");
    assertThat(definition.getProperties(1).getFilter()).isEqualTo("text");
  }

  @Test
  void aPropertyCalledLikeTheKeyGetsAnotherName(Db db) {
    var definition = create(db).run(CALLER, of("Odd", "odd").build()).getCardDefinition();
    assertThat(definition.getPropertiesList())
        .extracting(io.cardloom.proto.cards.v1.CardProperty::getIdentifier)
        .containsExactly("odd_id", "x");
  }

  @Test
  void chosenPropertiesComeInTheirOrderAndReadBackAsGiven(Db db) throws Exception {
    var request =
        of("Desks", "products", "prices")
            .setIdentifier("my_desks")
            .setDescription("What stands on the floor")
            .addProperties(property("prices", "PRICE", ""))
            .addProperties(property("products", "name", "title"))
            .setTitleProperty("title")
            .build();
    CreateCardDefinitionResponse made = create(db).run(CALLER, request);
    assertThat(made.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_APPLIED);
    assertThat(made.getOutcome().getNext(0).getTool()).isEqualTo("activate_card_definition");
    CardDefinition read =
        db.inTx(
            "acme", tx -> new DefinitionStore().require(tx, new DefinitionId("acme", "my_desks")));
    assertThat(read.toPb()).isEqualTo(made.getCardDefinition());
    assertThat(read.properties())
        .extracting(CardProperty::identifier)
        .containsExactly("price", "title");
  }

  @Test
  void aTakenIdentifierIsAConflictAlsoOfADryRunButNotOfAnotherWorkspace(Db db) {
    var create = create(db);
    create.run(CALLER, of("Desks", "products").build());
    for (boolean dryRun : new boolean[] {false, true}) {
      assertThatThrownBy(
              () -> create.run(CALLER, of("desks", "products").setDryRun(dryRun).build()))
          .isInstanceOfSatisfying(
              ProblemException.class,
              refused ->
                  assertThat(refused.problem())
                      .isEqualTo(new Problem.AlreadyExists("card definition", "desks")));
    }
    assertThat(
            create
                .run(TestKeys.everything("rival"), of("Desks", "secret").build())
                .getOutcome()
                .getStatus())
        .isEqualTo(WriteStatus.WRITE_STATUS_APPLIED);
  }

  @Test
  void aDryRunStoresNothing(Db db) throws Exception {
    var answer =
        create(db)
            .run(CALLER, of("Desks", "products").setDryRun(true).setIdempotencyKey("once").build());
    assertThat(answer.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_VALIDATED);
    assertThat(answer.getCardDefinition().getPropertiesList()).hasSize(3);
    assertThat(db.<Integer>inTx("acme", tx -> new DefinitionStore().summaries(tx, "acme").size()))
        .isZero();
  }

  @Test
  void aRepeatWithItsKeyGetsTheFirstAnswer(Db db) {
    var create = create(db);
    var request = of("Desks", "products").setIdempotencyKey("once").build();
    assertThat(create.run(CALLER, request)).isEqualTo(create.run(CALLER, request));
    assertThatThrownBy(
            () -> create.run(CALLER, of("Chairs", "products").setIdempotencyKey("once").build()))
        .hasMessageContaining("idempotencyKey");
  }

  @Test
  void withoutTheSourcesServiceItSaysSo(Db db) {
    var gone = new FakeIngest();
    try (var peer = gone.peer()) {
      gone.close();
      var create = create(db, peer);
      assertThatThrownBy(() -> create.run(CALLER, of("Desks", "products").build()))
          .isInstanceOfSatisfying(
              ProblemException.class,
              refused -> assertThat(refused.problem().code()).isEqualTo("unavailable"));
    }
  }

  @Test
  void aRepeatWithItsKeyGetsTheFirstAnswerAlsoWithoutTheSourcesService(Db db) {
    var request = of("Desks", "products").setIdempotencyKey("once").build();
    var first = create(db).run(CALLER, request);
    var gone = new FakeIngest();
    try (var away = gone.peer()) {
      gone.close();
      assertThat(create(db, away).run(CALLER, request)).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @CsvSource({"Desks,desks", "'  A  b--C ',a-b-c", "Çà & là,ca-la", "Größe 2,gro-e-2", "'!?',''"})
  void anIdentifierIsMadeOfTheName(String name, String slug) {
    assertThat(PlanCardDefinition.slug(name)).isEqualTo(slug);
  }
}
