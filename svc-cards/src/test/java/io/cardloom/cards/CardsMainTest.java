package io.cardloom.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.cards.testing.FakeIngest;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.Permission;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.common.v1.Stage;
import io.cardloom.proto.common.v1.StageStatus;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.proto.events.v1.EntryChanged;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The service from outside: entry events by Kafka in, calls by gRPC, card events by Kafka out.
@FreshSchema
final class CardsMainTest {
  private static EntryChanged product(String tenant, String key, long version, String json) {
    return FakeIngest.event(tenant, "products", key, version, json);
  }

  private static EntryChanged price(String key, long version, String json) {
    return FakeIngest.event("acme", "prices", key, version, json);
  }

  @Test
  void entriesBecomeCardsThatAreFoundScannedTracedAndTold(Db outside) {
    Caller acme = TestKeys.everything("acme");
    Caller rival = TestKeys.everything("rival");
    try (var world = new World(outside, 2)) {
      for (int i = 0; i < 7; i++) {
        world.change(product("acme", "old" + i, 1, "{\"name\":\"Desk " + i + "\"}"));
      }
      world.change(product("rival", "old1", 1, "{\"name\":\"Secret\"}"));
      world.defineAndActivate(acme, "desks", "products", "prices");
      world.defineAndActivate(rival, "desks", "products");
      assertThat(world.search(acme, "desks").getTotal()).isEqualTo(7);

      for (int i = 0; i < 20; i++) {
        world.change(
            product("acme", "new" + i, 1, "{\"name\":\"Lamp\"}"),
            price("new" + i, 1, "{\"price\":\"" + i + "\"}"));
      }
      world.change(price("old0", 1, "{\"price\":\"9\"}"), product("acme", "old1", 2, ""));
      World.patiently().until(() -> world.search(acme, "desks").getTotal() == 26);
      World.patiently()
          .untilAsserted(() ->
              assertThat(world.found(acme, "desks"))
                  .hasSize(26)
                  .containsEntry("old0", "{\"name\":\"Desk 0\",\"price\":\"9\"}")
                  .containsEntry("new3", "{\"name\":\"Lamp\",\"price\":\"3\"}")
                  .containsEntry("new19", "{\"name\":\"Lamp\",\"price\":\"19\"}")
                  .doesNotContainKey("old1"));
      assertThat(world.found(rival, "desks")).isEqualTo(Map.of("old1", "{\"name\":\"Secret\"}"));

      scansAgree(world, acme);
      stagesSayWhereItIs(world, acme);
      configurationIsDescribed(world, acme);
      everyCardIsToldOnceAVersion(world, acme);
    }
  }

  private static void scansAgree(World world, Caller caller) {
    List<ScannedDocument> cards = new ArrayList<>();
    List<ScannedDocument> index = new ArrayList<>();
    String after = "";
    for (boolean last = false; !last; ) {
      var request =
          ScanRequest.newBuilder().setCollectionId("desks").setAfterKey(after).setLimit(10).build();
      ScanResponse page = world.cards(caller).scanCards(request);
      ScanResponse indexPage = world.cards(caller).scanCardIndex(request);
      cards.addAll(page.getDocumentsList());
      index.addAll(indexPage.getDocumentsList());
      assertThat(indexPage.getLast()).isEqualTo(page.getLast());
      last = page.getLast();
      after = cards.getLast().getKey();
    }
    assertThat(cards).hasSize(26).extracting(ScannedDocument::getKey).isSorted();
    assertThat(cards)
        .extracting(card -> card.toBuilder().clearSourceVersions().build())
        .isEqualTo(index);
    assertThat(cards)
        .filteredOn(card -> card.getKey().equals("new3"))
        .singleElement()
        .satisfies(card ->
            assertThat(card.getSourceVersionsMap())
                .isEqualTo(Map.of("products", 1L, "prices", 1L)));
    assertThat(cards)
        .filteredOn(card -> card.getKey().equals("old2"))
        .singleElement()
        .satisfies(
            card -> assertThat(card.getSourceVersionsMap()).isEqualTo(Map.of("products", 1L)));
  }

  private static Stage stage(World world, Caller caller, String source, String key, long version) {
    return world
        .cards(caller)
        .describeStages(
            StagesRequest.newBuilder()
                .setSourceId(source)
                .setEntryId(key)
                .setEntryVersion(version)
                .build())
        .getStages(0);
  }

  private static void stagesSayWhereItIs(World world, Caller caller) {
    Stage done = stage(world, caller, "prices", "old0", 1);
    assertThat(done.getStage()).isEqualTo("card");
    assertThat(done.getTarget()).isEqualTo("desks");
    assertThat(done.getStatus()).isEqualTo(StageStatus.STAGE_STATUS_DONE);
    assertThat(done.getVersion()).isEqualTo(2);
    assertThat(done.getLagSeconds()).isPositive();
    assertThat(stage(world, caller, "prices", "old0", 2).getStatus())
        .isEqualTo(StageStatus.STAGE_STATUS_PENDING);
    assertThat(stage(world, caller, "products", "old1", 2).getDetail())
        .isEqualTo("The entry is deleted, and so is the card.");
    assertThat(stage(world, caller, "stock", "old0", 1).getStatus())
        .isEqualTo(StageStatus.STAGE_STATUS_SKIPPED);
  }

  private static void configurationIsDescribed(World world, Caller caller) {
    ConfigurationPart part =
        world
            .definitions(caller)
            .describeConfiguration(
                ConfigurationPartRequest.newBuilder().setIncludeCounts(true).build());
    assertThat(part.getNodesList())
        .singleElement()
        .satisfies(node -> {
          assertThat(node.getKind()).isEqualTo("card_definition");
          assertThat(node.getStatus()).isEqualTo("ACTIVE");
          assertThat(node.getCount()).isEqualTo(26);
        });
    assertThat(part.getLinksList())
        .extracting(link -> link.getFrom() + " " + link.getType() + " " + link.getTo())
        .containsExactly("products feeds desks", "prices feeds desks");
  }

  private static void everyCardIsToldOnceAVersion(World world, Caller caller) {
    World.patiently()
        .until(() -> world.told.size() == 28); // 27 of acme, one of them gone again, 1 of rival
    World.patiently()
        .until(() -> world.told("acme/old1").stream().anyMatch(CardChanged::getDeleted));
    World.patiently().until(() -> world.measured.get() >= 22); // 20 new, one changed, one gone
    world.told.forEach((card, events) -> {
      assertThat(events).as(card).extracting(CardChanged::getVersion).doesNotHaveDuplicates();
    });
    assertThat(world.told("rival/old1"))
        .singleElement()
        .satisfies(event -> assertThat(event.getTenant()).isEqualTo("rival"));
  }

  @Test
  void callsAreRefusedByWhoAsksAndWhatIsAsked(Db outside) {
    Caller acme = TestKeys.everything("acme");
    Caller rival = TestKeys.everything("rival");
    try (var world = new World(outside, 1)) {
      world
          .definitions(acme)
          .createCardDefinition(
              CreateCardDefinitionRequest.newBuilder()
                  .setName("desks")
                  .addSourceIds("products")
                  .build());
      refused(world, "not_found", () -> world.search(rival, "desks"));
      refused(world, "conflict", () -> world.search(acme, "desks"));
      refused(world, "not_found", () -> world.search(acme, "desk"));
      refused(
          world,
          "not_found",
          () ->
              world
                  .cards(rival)
                  .scanCards(
                      ScanRequest.newBuilder().setCollectionId("desks").setLimit(1).build()));
      refused(
          world,
          "validation_failed",
          () ->
              world
                  .cards(acme)
                  .scanCards(ScanRequest.newBuilder().setCollectionId("desks").build()));
      refused(
          world,
          "validation_failed",
          () ->
              world
                  .definitions(acme)
                  .createCardDefinition(
                      CreateCardDefinitionRequest.newBuilder().setIdentifier("a b").build()));
      var reader = new Caller("acme", "reader", Set.of(Permission.CONFIG_READ), "c");
      refused(
          world,
          "forbidden",
          () ->
              world
                  .definitions(reader)
                  .createCardDefinition(
                      CreateCardDefinitionRequest.newBuilder()
                          .setName("x")
                          .addSourceIds("products")
                          .build()));
      refused(world, "forbidden", () -> world.search(reader, "desks"));
      assertThat(
              world
                  .definitions(reader)
                  .draftCardDefinition(
                      CreateCardDefinitionRequest.newBuilder()
                          .setIdentifier("a b")
                          .addSourceIds("product")
                          .build())
                  .getProblemsList())
          .as("a draft is told what its contract and its rules say, and needs no right to write")
          .extracting(problem -> problem.getPath() + " " + problem.getDidYouMean())
          .containsExactly("name ", "identifier ", "sourceIds[0] products");
      assertThat(stage(world, acme, "products", "k", 1).getStatus())
          .isEqualTo(StageStatus.STAGE_STATUS_SKIPPED);
      assertThat(
              world
                  .cards(acme)
                  .scanCardIndex(
                      ScanRequest.newBuilder().setCollectionId("desks").setLimit(1).build())
                  .getLast())
          .isTrue();
    }
  }

  private static void refused(World world, String code, Runnable call) {
    assertThatThrownBy(() ->
            world.peer.call(() -> {
              call.run();
              return true;
            }))
        .isInstanceOfSatisfying(
            ProblemException.class, p -> assertThat(p.problem().code()).isEqualTo(code));
  }

  @Test
  void aWrongSettingNamesItsKey() {
    assertThatThrownBy(() ->
            CardsConfig.from(
                Settings.of(
                    Map.of(
                        "keys", "k",
                        "db.url", "jdbc:postgresql://localhost/x",
                        "kafka.bootstrap", "localhost:1",
                        "svc-ingest.target", "localhost:2",
                        "cards.batch-records-max", "5000"))))
        .hasMessageContaining("cards.batch-records-max");
  }
}
