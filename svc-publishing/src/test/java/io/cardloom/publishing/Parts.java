package io.cardloom.publishing;

import io.cardloom.index.DocumentIndex;
import io.cardloom.index.PostgresIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.event.EventSender;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.event.MetricSender;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.proto.publishing.v1.ApiVersionState;
import io.cardloom.proto.publishing.v1.CreateApiVersionRequest;
import io.cardloom.proto.publishing.v1.CreateDestinationRequest;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.SearchDestinationDataRequest;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import io.cardloom.publishing.apiversion.ApiVersionStore;
import io.cardloom.publishing.destination.CreateDestination;
import io.cardloom.publishing.destination.DestinationStore;
import io.cardloom.publishing.endpoint.Cards;
import io.cardloom.publishing.endpoint.CreateEndpoint;
import io.cardloom.publishing.endpoint.DraftEndpoint;
import io.cardloom.publishing.endpoint.EndpointStore;
import io.cardloom.publishing.endpoint.PlanEndpoint;
import io.cardloom.publishing.endpoint.PreviewRows;
import io.cardloom.publishing.endpoint.ServedEndpoints;
import io.cardloom.publishing.publication.CreateApiVersion;
import io.cardloom.publishing.publication.UpdateApiVersion;
import io.cardloom.publishing.queue.BackfillLoop;
import io.cardloom.publishing.queue.BackfillStore;
import io.cardloom.publishing.queue.CardEvents;
import io.cardloom.publishing.queue.DescribeStages;
import io.cardloom.publishing.queue.Indexing;
import io.cardloom.publishing.queue.QueueStore;
import io.cardloom.publishing.row.SearchDestinationData;
import io.cardloom.publishing.row.SearchRows;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.TreeMap;

/// The parts of the service on a test's schema, wired as the main does it but for the loops, which
/// tests step themselves.
public final class Parts implements AutoCloseable {
  public static final String URL = "http://shop.example";

  /// One producer for all tests; what it sends nobody reads.
  private static final MetricSender METRICS = metrics();

  public final Db db;
  public final Caller acme = TestKeys.everything("acme");
  public final FakeCards svcCards = new FakeCards();
  public final DocumentIndex index;
  public final DestinationStore destinations = new DestinationStore();
  public final ApiVersionStore versions = new ApiVersionStore();
  public final EndpointStore endpoints = new EndpointStore();
  public final QueueStore queue = new QueueStore();
  public final BackfillStore backfills = new BackfillStore();
  public final Indexing indexing;
  public final CardEvents cardEvents;
  public final CreateDestination createDestination;
  public final CreateApiVersion createApiVersion;
  public final DraftEndpoint draftEndpoint;
  public final CreateEndpoint createEndpoint;
  public final UpdateApiVersion updateApiVersion;
  public final ServedEndpoints served;
  public final SearchRows rows;
  public final SearchDestinationData search;
  public final DescribeStages describeStages;
  private final Peer peer;
  private final Cards cards;

  public Parts(Db db) {
    this(db, new PostgresIndex(), Clock.systemUTC());
  }

  public Parts(Db db, DocumentIndex index, Clock clock) {
    this.db = db;
    this.index = index;
    svcCards.defineProducts("acme", CardDefinitionState.CARD_DEFINITION_STATE_ACTIVE);
    peer = Peer.open("svc-cards", svcCards.target(), TestKeys.signer("svc-publishing"));
    cards = new Cards(peer);
    indexing = new Indexing(index, queue, new Outbox(), METRICS, clock);
    cardEvents = new CardEvents(endpoints, indexing);
    createDestination = new CreateDestination(db, destinations, clock);
    createApiVersion = new CreateApiVersion(db, destinations, versions, endpoints, URL, clock);
    svcCards.searchIn(db, index);
    var plans = new PlanEndpoint(db, destinations, versions, endpoints, cards);
    draftEndpoint = new DraftEndpoint(plans, new PreviewRows(cards));
    createEndpoint = new CreateEndpoint(db, versions, endpoints, plans, URL, clock);
    updateApiVersion =
        new UpdateApiVersion(
            db, destinations, versions, endpoints, index, queue, backfills, cards, URL, clock);
    served = new ServedEndpoints(endpoints);
    rows = new SearchRows(index, served);
    search = new SearchDestinationData(db, destinations, versions, endpoints, served, rows, URL);
    describeStages = new DescribeStages(db, endpoints, queue, index);
  }

  private static MetricSender metrics() {
    KafkaConfig kafka = TestServers.freshTopics();
    Topics.ensure(kafka, Topics.METRIC_SAMPLE);
    return new MetricSender(EventSender.open(kafka));
  }

  public static MetricSender metricSender() {
    return METRICS;
  }

  @Override
  public void close() {
    peer.close();
    svcCards.close();
  }

  /// Destination `shop` in English and Swedish.
  public Parts destination() {
    createDestination.run(
        acme,
        CreateDestinationRequest.newBuilder()
            .setIdentifier("shop")
            .addLanguages("en")
            .addLanguages("sv")
            .addCorsOrigins("https://shop.example")
            .build());
    return this;
  }

  /// The next version of `shop`, NEW.
  public Parts version() {
    createApiVersion.run(
        acme, CreateApiVersionRequest.newBuilder().setDestinationId("shop").build());
    return this;
  }

  /// Endpoint `products` of a version, with all properties.
  public Parts endpoint(String versionId) {
    return endpoint(endpointOf(versionId).build());
  }

  public Parts endpoint(CreateEndpointRequest request) {
    createEndpoint.run(acme, request);
    return this;
  }

  public static CreateEndpointRequest.Builder endpointOf(String versionId) {
    return CreateEndpointRequest.newBuilder()
        .setApiVersionId(versionId)
        .setPath("products")
        .setCardDefinitionId("products");
  }

  public Parts activate(String versionId) {
    return state(versionId, ApiVersionState.API_VERSION_STATE_ACTIVE);
  }

  public Parts stop(String versionId) {
    return state(versionId, ApiVersionState.API_VERSION_STATE_STOPPED);
  }

  private Parts state(String versionId, ApiVersionState state) {
    updateApiVersion.run(
        acme,
        UpdateApiVersionRequest.newBuilder()
            .setApiVersionId(versionId)
            .setState(state)
            .setConfirm(true)
            .build());
    return this;
  }

  /// `shop.v1.products`, served.
  public Parts served() {
    return destination().version().endpoint("shop.v1").activate("shop.v1");
  }

  /// Handles events as one poll.
  public void hear(CardChanged... events) {
    db.useTx(tx -> EventLoop.handle(tx, List.of(events), CardChanged::getTenant, cardEvents));
  }

  /// Fills what is to be filled.
  public void backfill() {
    try (var loop =
        new BackfillLoop(db, endpoints, backfills, cards, indexing, Clock.systemUTC())) {
      while (loop.once() > 0) {}
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /// Rows of an endpoint, by id, as consumers see them in all languages.
  public TreeMap<String, String> rows(String version, String endpoint) {
    var all = new TreeMap<String, String>();
    String after = "";
    do {
      var page =
          search.run(
              acme,
              SearchDestinationDataRequest.newBuilder()
                  .setDestinationId("shop")
                  .setApiVersion(version)
                  .setEndpoint(endpoint)
                  .setLanguage("*")
                  .setQuery(Query.newBuilder().setLimit(200).setAfter(after))
                  .build());
      page.getResultsList()
          .forEach(row -> {
            String json = row.getUtf8().toStringUtf8();
            all.put(json.substring(7, json.indexOf('"', 7)), json);
          });
      after = page.getAfter();
    } while (!after.isEmpty());
    return all;
  }
}
