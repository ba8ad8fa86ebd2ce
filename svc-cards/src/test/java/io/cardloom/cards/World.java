package io.cardloom.cards;

import io.cardloom.cards.testing.FakeIngest;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.event.EventSender;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.event.OutboxEvent;
import io.cardloom.kit.event.OutboxRelay;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.run.Loop;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.proto.cards.v1.ActivateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.cards.v1.CardDefinitionsGrpc;
import io.cardloom.proto.cards.v1.CardsGrpc;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.GetCardDefinitionRequest;
import io.cardloom.proto.cards.v1.SearchCardsRequest;
import io.cardloom.proto.cards.v1.SearchCardsResponse;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.proto.events.v1.EntryChanged;
import io.cardloom.proto.events.v1.MetricSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/// Running instances, what surrounds them, and the way to the first of them.
final class World implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

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
  final List<Loop> hearing;
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
    relay =
        Loop.start("relay", () -> new OutboxRelay(outside, sender, "svc-ingest", Lane.PROMPT, 100));
    hearing = Stream.of(Lane.values()).map(this::hear).toList();
    measuring =
        Loop.start(
            "measuring",
            () ->
                new EventLoop<>(
                    outside,
                    kafka,
                    Lane.PROMPT,
                    "test-metrics",
                    Topics.METRIC_SAMPLE,
                    MetricSample.parser(),
                    MetricSample::getTenant,
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
    TestWorkspaces.provision(this.instances.getFirst(), "acme", "rival");
  }

  private Loop hear(Lane lane) {
    return Loop.start(
        lane.named("hearing"),
        () ->
            new EventLoop<>(
                outside,
                kafka,
                lane,
                "test",
                Topics.CARD_CHANGED,
                CardChanged.parser(),
                CardChanged::getTenant,
                (_, events) ->
                    events.forEach(event ->
                        told.computeIfAbsent(
                                event.getTenant() + "/" + event.getCardId(),
                                _ -> new CopyOnWriteArrayList<>())
                            .add(event)),
                100));
  }

  private CardsConfig config(DbConfig db) {
    return CardsConfig.from(
        Settings.of(
            Map.ofEntries(
                Map.entry("keys", TestKeys.folder().toString()),
                Map.entry("db.url", db.url()),
                Map.entry("db.schema", db.schema()),
                Map.entry("db.role", db.role()),
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
    outside.useTx("acme", tx -> new Outbox().append(tx, Lane.PROMPT, batch));
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
    hearing.forEach(Loop::close);
    measuring.close();
    instances.forEach(Service::close);
    peer.close();
    sender.close();
    ingest.close();
  }

  /// Long enough for a machine that does other things too.
  static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }
}
