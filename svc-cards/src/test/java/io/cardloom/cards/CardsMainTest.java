package io.cardloom.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.cards.testing.FakeIngest;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.event.EventSender;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.event.OutboxEvent;
import io.cardloom.kit.event.OutboxRelay;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.run.Loop;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.proto.Permission;
import io.cardloom.proto.cards.v1.ActivateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.cards.v1.CardDefinitionsGrpc;
import io.cardloom.proto.cards.v1.CardsGrpc;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.GetCardDefinitionRequest;
import io.cardloom.proto.cards.v1.SearchCardsRequest;
import io.cardloom.proto.cards.v1.SearchCardsResponse;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.common.v1.Stage;
import io.cardloom.proto.common.v1.StageStatus;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.proto.events.v1.EntryChanged;
import io.cardloom.proto.events.v1.MetricSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/// The service from outside: entry events by Kafka in, calls by gRPC, card events by Kafka out.
@FreshSchema
final class CardsMainTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /// Running instances, what surrounds them, and the way to the first of them.
  private static final class World implements AutoCloseable {
    final KafkaConfig kafka = TestServers.freshTopics();
    final FakeIngest ingest =
        new FakeIngest()
            .source("acme", "products", List.of(), "name", "brand")
            .source("acme", "prices", List.of("products"), "price")
            .source("rival", "products", List.of(), "name");
    final Map<String, List<CardChanged>> told = new ConcurrentHashMap<>();
    final Db outside;
    final EventSender sender;
    final Loop relay;
    final Loop hearing;
    final Loop measuring;
    final AtomicLong measured = new AtomicLong();
    final List<Service> instances;
    final Peer peer;

    World(Db outside, int instances) {
      this.outside = outside;
      DbConfig db = TestServers.freshSchema();
      this.instances =
          IntStream.range(0, instances).mapToObj(_ -> CardsMain.start(config(db))).toList();
      sender = EventSender.open(kafka);
      relay = Loop.start("relay", () -> new OutboxRelay(outside, sender, "svc-ingest", 0, 100));
      hearing =
          Loop.start(
              "hearing",
              () ->
                  new EventLoop<>(
                      outside,
                      kafka,
                      "test",
                      Topics.CARD_CHANGED,
                      CardChanged.parser(),
                      (_, events) ->
                          events.forEach(event ->
                              told.computeIfAbsent(
                                      event.getTenant() + "/" + event.getCardId(),
                                      _ -> new CopyOnWriteArrayList<>())
                                  .add(event)),
                      100));
      measuring =
          Loop.start(
              "measuring",
              () ->
                  new EventLoop<>(
                      outside,
                      kafka,
                      "test-metrics",
                      Topics.METRIC_SAMPLE,
                      MetricSample.parser(),
                      (_, samples) ->
                          samples.stream()
                              .filter(sample -> sample.getName().equals("cards.latency"))
                              .filter(sample -> sample.getTenant().equals("acme"))
                              .forEach(sample -> measured.addAndGet(sample.getCount())),
                      100));
      peer =
          Peer.open(
              "svc-cards",
              "127.0.0.1:" + this.instances.getFirst().grpcPort(),
              TestKeys.signer("aggregator"));
    }

    private CardsConfig config(DbConfig db) {
      return CardsConfig.from(
          Settings.of(
              Map.ofEntries(
                  Map.entry("keys", TestKeys.folder().toString()),
                  Map.entry("db.url", db.url()),
                  Map.entry("db.schema", db.schema()),
                  Map.entry("db.pool-size", "4"),
                  Map.entry("kafka.bootstrap", kafka.bootstrap()),
                  Map.entry("kafka.prefix", kafka.prefix()),
                  Map.entry("kafka.partitions", "2"),
                  Map.entry("svc-ingest.target", ingest.target()),
                  Map.entry("cards.backfill-page-rows", "3"))));
    }

    CardDefinitionsGrpc.CardDefinitionsBlockingStub definitions(Caller caller) {
      return CardDefinitionsGrpc.newBlockingStub(peer.as(caller, DEADLINE));
    }

    CardsGrpc.CardsBlockingStub cards(Caller caller) {
      return CardsGrpc.newBlockingStub(peer.as(caller, DEADLINE));
    }

    /// An entry changes: it is stored, and told.
    void change(EntryChanged... events) {
      var batch = new ArrayList<OutboxEvent>();
      for (EntryChanged event : events) {
        ingest.put(event);
        batch.add(
            new OutboxEvent(
                Topics.ENTRY_CHANGED,
                OutboxEvent.key(event.getTenant(), event.getSourceId(), event.getEntryId()),
                event.toByteArray(),
                event.getCorrelationId()));
      }
      outside.useTx(tx -> new Outbox().append(tx, batch));
    }

    void defineAndActivate(Caller caller, String name, String... sources) {
      definitions(caller)
          .createCardDefinition(
              CreateCardDefinitionRequest.newBuilder()
                  .setName(name)
                  .addAllSourceIds(List.of(sources))
                  .build());
      definitions(caller)
          .activateCardDefinition(
              ActivateCardDefinitionRequest.newBuilder().setCardDefinitionId(name).build());
      patiently()
          .until(() ->
              definitions(caller)
                      .getCardDefinition(
                          GetCardDefinitionRequest.newBuilder().setCardDefinitionId(name).build())
                      .getCardDefinition()
                      .getState()
                  == CardDefinitionState.CARD_DEFINITION_STATE_ACTIVE);
    }

    SearchCardsResponse search(Caller caller, String definition) {
      return cards(caller)
          .searchCards(
              SearchCardsRequest.newBuilder()
                  .setCardDefinitionId(definition)
                  .setQuery(Query.newBuilder().setIncludeTotal(true))
                  .build());
    }

    Map<String, String> found(Caller caller, String definition) {
      var found = new TreeMap<String, String>();
      search(caller, definition)
          .getCardsList()
          .forEach(hit -> found.put(hit.getId(), hit.getValues().getUtf8().toStringUtf8()));
      return found;
    }

    List<CardChanged> told(String card) {
      return told.getOrDefault(card, List.of());
    }

    @Override
    public void close() {
      relay.close();
      hearing.close();
      measuring.close();
      instances.forEach(Service::close);
      peer.close();
      sender.close();
      ingest.close();
    }
  }

  /// Long enough for a machine that does other things too.
  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

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
      patiently().until(() -> world.search(acme, "desks").getTotal() == 26);
      patiently()
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
    patiently()
        .until(() -> world.told.size() == 28); // 27 of acme, one of them gone again, 1 of rival
    patiently().until(() -> world.told("acme/old1").getLast().getDeleted());
    patiently().until(() -> world.measured.get() >= 22); // 20 new, one changed, one gone
    world.told.forEach((card, events) -> {
      assertThat(events).as(card).extracting(CardChanged::getVersion).isSorted();
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
