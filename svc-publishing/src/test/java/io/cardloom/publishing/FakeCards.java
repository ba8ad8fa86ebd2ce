package io.cardloom.publishing;

import com.google.protobuf.ByteString;
import io.cardloom.index.Body;
import io.cardloom.index.CollectionId;
import io.cardloom.index.Document;
import io.cardloom.index.DocumentIndex;
import io.cardloom.index.IndexedProperty;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.GrpcServer;
import io.cardloom.kit.call.Rpc;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.cards.v1.CardDefinitionsGrpc;
import io.cardloom.proto.cards.v1.CardProperty;
import io.cardloom.proto.cards.v1.CardsGrpc;
import io.cardloom.proto.cards.v1.GetCardDefinitionRequest;
import io.cardloom.proto.cards.v1.GetCardDefinitionResponse;
import io.cardloom.proto.cards.v1.SearchCardsRequest;
import io.cardloom.proto.cards.v1.SearchCardsResponse;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.common.v1.Hit;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.events.v1.CardChanged;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// svc-cards by its contract, with definitions and cards a test puts in, on a real gRPC server.
public final class FakeCards implements AutoCloseable {
  private static final int PAGE_MAX = 100;

  private final Map<String, CardDefinition> definitions = new ConcurrentHashMap<>();
  private final Map<String, ConcurrentSkipListMap<String, CardChanged>> cards =
      new ConcurrentHashMap<>();
  private final GrpcServer server;
  private volatile @Nullable Search search;

  private record Search(Db db, DocumentIndex index) {}

  /// Scans that were asked for.
  public final AtomicInteger scans = new AtomicInteger();

  public FakeCards() {
    server =
        GrpcServer.start(
            "127.0.0.1", 0, TestKeys.verifier(), _ -> {}, List.of(new Definitions(), new Cards()));
  }

  public String target() {
    return "127.0.0.1:" + server.port();
  }

  /// The definition `products` of a workspace, with a property of every type.
  public void defineProducts(String tenant, CardDefinitionState state) {
    var definition =
        CardDefinition.newBuilder().setId("products").setName("Products").setState(state);
    Map.of(
            "name", PropertyType.PROPERTY_TYPE_LOCALIZED_TEXT,
            "brand", PropertyType.PROPERTY_TYPE_TEXT,
            "tags", PropertyType.PROPERTY_TYPE_LIST,
            "price", PropertyType.PROPERTY_TYPE_DECIMAL,
            "stock", PropertyType.PROPERTY_TYPE_INTEGER,
            "online", PropertyType.PROPERTY_TYPE_BOOLEAN,
            "released", PropertyType.PROPERTY_TYPE_TIMESTAMP)
        .forEach((identifier, type) ->
            definition.addProperties(
                CardProperty.newBuilder().setIdentifier(identifier).setType(type)));
    definitions.put(tenant + "/products", definition.build());
  }

  /// Stores what an event says, so that scans tell it.
  public void put(CardChanged event) {
    cards
        .computeIfAbsent(
            event.getTenant() + "/" + event.getCardDefinitionId(),
            _ -> new ConcurrentSkipListMap<>())
        .merge(event.getCardId(), event, (a, b) -> b.getVersion() >= a.getVersion() ? b : a);
  }

  /// Answers searches with what a real index finds among the cards, in a collection of its own.
  public void searchIn(Db db, DocumentIndex index) {
    search = new Search(db, index);
  }

  /// Answers no searches.
  public void searchNowhere() {
    search = null;
  }

  @Override
  public void close() {
    server.drain(Duration.ofMillis(200));
  }

  private final class Definitions extends CardDefinitionsGrpc.CardDefinitionsImplBase {
    @Override
    public void getCardDefinition(
        GetCardDefinitionRequest request, StreamObserver<GetCardDefinitionResponse> out) {
      String id = request.getCardDefinitionId();
      CardDefinition definition = definitions.get(Caller.current().tenant() + "/" + id);
      if (definition == null) throw new Problem.NotFound("card definition", id).exception();
      Rpc.reply(out, GetCardDefinitionResponse.newBuilder().setCardDefinition(definition).build());
    }

    @Override
    public void describeConfiguration(
        ConfigurationPartRequest request, StreamObserver<ConfigurationPart> out) {
      String tenant = Caller.current().tenant();
      var held = cards.getOrDefault(tenant + "/products", new ConcurrentSkipListMap<>());
      Rpc.reply(
          out,
          ConfigurationPart.newBuilder()
              .addNodes(
                  ConfigurationNode.newBuilder()
                      .setKind("card_definition")
                      .setId("products")
                      .setCount(held.size()))
              .build());
    }
  }

  private SearchCardsResponse found(Search in, String tenant, SearchCardsRequest request) {
    String definition = tenant + "/" + request.getCardDefinitionId();
    var properties = definitions.getOrDefault(definition, CardDefinition.getDefaultInstance());
    var id = new CollectionId(tenant, "cards/" + request.getCardDefinitionId());
    return in.db()
        .inTx(
            tenant,
            tx -> {
              in.index()
                  .define(
                      tx,
                      id,
                      properties.getPropertiesList().stream()
                          .map(one -> new IndexedProperty(one.getIdentifier(), one.getType()))
                          .toList());
              var held = cards.getOrDefault(definition, new ConcurrentSkipListMap<>()).values();
              in.index()
                  .apply(
                      tx,
                      id,
                      held.stream()
                          .map(card ->
                              new Document(
                                  card.getCardId(),
                                  card.getVersion(),
                                  card.getDeleted(),
                                  Body.parse(card.getBody().toByteArray()),
                                  card.getAcceptedAtMicros()))
                          .toList());
              var result = in.index().search(tx, id, request.getQuery());
              var response = SearchCardsResponse.newBuilder();
              if (result.total() >= 0) response.setTotal(result.total());
              for (DocumentIndex.Hit hit : result.hits()) {
                response.addCards(
                    Hit.newBuilder()
                        .setId(hit.key())
                        .setVersion(hit.version())
                        .setValues(Json.newBuilder().setUtf8(ByteString.copyFrom(hit.body()))));
              }
              return response.build();
            });
  }

  private final class Cards extends CardsGrpc.CardsImplBase {
    @Override
    public void searchCards(SearchCardsRequest request, StreamObserver<SearchCardsResponse> out) {
      Search in = search;
      if (in == null) {
        throw new Problem.Unavailable("the card index", Duration.ofSeconds(1)).exception();
      }
      Rpc.reply(out, found(in, Caller.current().tenant(), request));
    }

    @Override
    public void scanCards(ScanRequest request, StreamObserver<ScanResponse> out) {
      scans.incrementAndGet();
      var held =
          cards.getOrDefault(
              Caller.current().tenant() + "/" + request.getCollectionId(),
              new ConcurrentSkipListMap<>());
      var live =
          held.tailMap(request.getAfterKey(), false).values().stream()
              .filter(card -> !card.getDeleted())
              .limit(PAGE_MAX)
              .toList();
      var response = ScanResponse.newBuilder().setLast(live.size() < PAGE_MAX);
      for (CardChanged card : live) {
        response.addDocuments(
            ScannedDocument.newBuilder()
                .setKey(card.getCardId())
                .setVersion(card.getVersion())
                .setBody(card.getBody())
                .setAcceptedAtMicros(card.getAcceptedAtMicros()));
      }
      Rpc.reply(out, response.build());
    }
  }

  /// A changed card of `products`.
  public static CardChanged card(String tenant, String id, long version, String json) {
    return CardChanged.newBuilder()
        .setTenant(tenant)
        .setCardDefinitionId("products")
        .setCardId(id)
        .setVersion(version)
        .setBody(ByteString.copyFromUtf8(json))
        .setAcceptedAtMicros(System.currentTimeMillis() * 1000)
        .setCorrelationId("batch-" + version)
        .build();
  }

  /// A deleted card of `products`.
  public static CardChanged gone(String tenant, String id, long version) {
    return card(tenant, id, version, "").toBuilder().setDeleted(true).build();
  }
}
