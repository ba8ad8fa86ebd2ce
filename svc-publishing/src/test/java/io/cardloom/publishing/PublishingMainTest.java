package io.cardloom.publishing;

import static io.cardloom.publishing.FakeCards.card;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
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
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.proto.Permission;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.common.v1.ConfigurationLink;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.proto.publishing.v1.ApiVersionState;
import io.cardloom.proto.publishing.v1.CreateApiVersionRequest;
import io.cardloom.proto.publishing.v1.CreateDestinationRequest;
import io.cardloom.proto.publishing.v1.DestinationDataGrpc;
import io.cardloom.proto.publishing.v1.DestinationsGrpc;
import io.cardloom.proto.publishing.v1.ListActiveEndpointsRequest;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The service as it runs, in two instances over one database and one broker.
@FreshSchema
final class PublishingMainTest {
  private static final Caller ACME = TestKeys.everything("acme");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static PublishingConfig config(DbConfig db, KafkaConfig kafka, FakeCards cards) {
    var settings = new HashMap<String, String>();
    settings.put("keys", TestKeys.folder().toString());
    settings.put("db.url", db.url());
    settings.put("db.user", db.user());
    settings.put("db.password", db.password());
    settings.put("db.schema", db.schema());
    settings.put("db.role", db.role());
    settings.put("kafka.bootstrap", kafka.bootstrap());
    settings.put("kafka.prefix", kafka.prefix());
    settings.put("kafka.partitions", "2");
    settings.put("svc-cards.target", cards.target());
    settings.put("public-url", "http://shop.example");
    return PublishingConfig.from(Settings.of(settings));
  }

  private static Loop relay(Db source, EventSender sender, Lane lane) {
    return Loop.start(
        lane.named("cards"), () -> new OutboxRelay(source, sender, "svc-cards", lane, 500));
  }

  private static void send(Db source, List<CardChanged> events) {
    source.useTx(
        "acme",
        tx ->
            new Outbox()
                .append(
                    tx,
                    Lane.of(events.size()),
                    events.stream()
                        .map(event ->
                            new OutboxEvent(
                                Topics.CARD_CHANGED,
                                OutboxEvent.key(
                                    event.getTenant(),
                                    event.getCardDefinitionId(),
                                    event.getCardId()),
                                event.toByteArray(),
                                event.getCorrelationId()))
                        .toList()));
  }

  private static String get(Service service, String query) {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:"
                              + service.httpPort()
                              + "/acme/shop/v1/products"
                              + query))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (java.io.IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /// @param source stands for svc-cards: its outbox, its relay
  @Test
  void changesBecomeVisibleOnceWhicheverInstanceHearsThem(Db source) throws Exception {
    DbConfig db = TestServers.freshSchema();
    KafkaConfig kafka = TestServers.freshTopics();
    try (var cards = new FakeCards();
        var one = PublishingMain.start(config(db, kafka, cards));
        var two = PublishingMain.start(config(db, kafka, cards));
        var sender = EventSender.open(kafka);
        var _ = relay(source, sender, Lane.PROMPT);
        var _ = relay(source, sender, Lane.BULK);
        var peer =
            Peer.open(
                "svc-publishing", "127.0.0.1:" + one.grpcPort(), TestKeys.signer("aggregator"))) {
      TestWorkspaces.provision(one, "acme", "other");
      cards.defineProducts("acme", CardDefinitionState.CARD_DEFINITION_STATE_ACTIVE);
      var before = new ArrayList<CardChanged>();
      for (int i = 0; i < 250; i++) before.add(card("acme", "old" + i, 1, "{\"brand\":\"Old\"}"));
      before.forEach(cards::put);

      var channel = peer.as(ACME, Duration.ofSeconds(20));
      var destinations = DestinationsGrpc.newBlockingStub(channel);
      destinations.createDestination(
          CreateDestinationRequest.newBuilder().setIdentifier("shop").addLanguages("en").build());
      destinations.createApiVersion(
          CreateApiVersionRequest.newBuilder().setDestinationId("shop").build());
      destinations.createEndpoint(Parts.endpointOf("shop.v1").build());
      var reader = new Caller("acme", "reader", Set.of(Permission.CONFIG_READ), "c");
      var draft =
          DestinationsGrpc.newBlockingStub(peer.as(reader, Duration.ofSeconds(20)))
              .draftEndpoint(Parts.endpointOf("shop.v1").setName("n".repeat(300)).build());
      assertThat(draft.getProblemsList())
          .as("a draft is told what its contract and its rules say, and needs no right to write")
          .extracting(problem -> problem.getPath() + " " + problem.getRule())
          .containsExactly("name string.max_len", "path conflict");
      var active =
          destinations.updateApiVersion(
              UpdateApiVersionRequest.newBuilder()
                  .setApiVersionId("shop.v1")
                  .setState(ApiVersionState.API_VERSION_STATE_ACTIVE)
                  .build());
      assertThat(active.getOutcome().getWarnings(0)).contains("1 endpoints", "250 cards");
      await()
          .untilAsserted(
              () -> assertThat(get(two, "?includeTotals=true&top=0")).contains("\"total\":250"));

      var fresh = new ArrayList<CardChanged>();
      for (int i = 0; i < 300; i++) fresh.add(card("acme", "new" + i, 1, "{\"brand\":\"New\"}"));
      send(source, fresh);
      send(source, List.of(FakeCards.gone("acme", "old7", 2)));
      await()
          .untilAsserted(() ->
              assertThat(get(one, "?includeTotals=true&top=0&facets=brand"))
                  .contains(
                      "\"total\":549",
                      "{\"key\":\"New\",\"count\":300}",
                      "{\"key\":\"Old\",\"count\":249}"));

      var data = DestinationDataGrpc.newBlockingStub(channel);
      var scan = ScanRequest.newBuilder().setCollectionId("shop.v1.products").setLimit(500).build();
      var page = data.scanRows(scan);
      assertThat(page.getDocumentsCount()).isEqualTo(500);
      assertThat(page.getLast()).isFalse();
      String last = page.getDocuments(499).getKey();
      var rest = data.scanRows(scan.toBuilder().setAfterKey(last).build());
      assertThat(rest.getDocumentsCount()).isEqualTo(49);
      assertThat(rest.getLast()).isTrue();
      assertThat(page.getDocuments(0).getBody().toStringUtf8()).isEqualTo("{\"brand\":\"New\"}");

      assertThat(data.listActiveEndpoints(ListActiveEndpointsRequest.getDefaultInstance()))
          .satisfies(all ->
              assertThat(all.getEndpoints(0).getUrl())
                  .isEqualTo("http://shop.example/acme/shop/v1/products"));
      var graph =
          destinations.describeConfiguration(
              ConfigurationPartRequest.newBuilder().setIncludeCounts(true).build());
      assertThat(graph.getNodesList())
          .extracting(node -> node.getKind() + " " + node.getStatus() + " " + node.getCount())
          .containsExactlyInAnyOrder(
              "destination ACTIVE 0", "api_version ACTIVE 0", "endpoint ACTIVE 549");
      assertThat(graph.getLinksList())
          .contains(
              ConfigurationLink.newBuilder()
                  .setFrom("products")
                  .setTo("shop.v1.products")
                  .setType("publishes")
                  .build());

      var stranger = peer.as(TestKeys.everything("other"), Duration.ofSeconds(20));
      assertThat(
              DestinationsGrpc.newBlockingStub(stranger)
                  .describeConfiguration(ConfigurationPartRequest.getDefaultInstance())
                  .getNodesList())
          .isEmpty();
      assertThat(one.failures()).isEqualTo(Map.of());
      assertThat(two.failures()).isEqualTo(Map.of());
    }
  }
}
