package io.cardloom.publishing;

import io.cardloom.index.PostgresIndex;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.AuditSender;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.event.EventSender;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.MetricSender;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.event.OutboxRelay;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.key.Applications;
import io.cardloom.kit.key.KeyTrail;
import io.cardloom.kit.key.KeyedApi;
import io.cardloom.kit.run.HttpServer;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.workspace.Workspaces;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.publishing.apiversion.ApiVersionStore;
import io.cardloom.publishing.apiversion.KeyedVersions;
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
import io.cardloom.publishing.queue.RetryLoop;
import io.cardloom.publishing.row.DestinationApi;
import io.cardloom.publishing.row.RequestMeter;
import io.cardloom.publishing.row.SearchDestinationData;
import io.cardloom.publishing.row.SearchRows;
import java.time.Clock;

/// Wires svc-publishing. Read top to bottom: every part the service has is built here, once.
public final class PublishingMain {
  static final String NAME = "svc-publishing";

  /// Most events in flight to the broker.
  private static final int RELAY_BATCH_MAX = 1_000;

  private PublishingMain() {}

  public static void main(String[] args) {
    Service.run(() -> start(PublishingConfig.from(Settings.ofProcess())));
  }

  public static Service start(PublishingConfig config) {
    var service = Service.named(NAME);
    var clock = Clock.systemUTC();
    Topics.ensure(
        config.kafka(),
        Topics.CARD_CHANGED,
        Topics.DESTINATION_CHANGED,
        Topics.METRIC_SAMPLE,
        Topics.AUDIT_RECORDED);
    var db = service.using(Db.open(config.db(), "db/kit", "db/index", "db/key", "db/publishing"));
    var sender = service.using(EventSender.open(config.kafka()));
    var metrics = new MetricSender(sender);
    var signer = config.server().signer(NAME);
    var tls = service.tls(config.server());
    var cards = new Cards(service.using(Peer.open("svc-cards", config.cardsTarget(), signer, tls)));
    String url = config.publicUrl();

    var index = new PostgresIndex();
    var destinations = new DestinationStore();
    var versions = new ApiVersionStore();
    var endpoints = new EndpointStore();
    var plans = new PlanEndpoint(db, destinations, versions, endpoints, cards);
    var queue = new QueueStore();
    var backfills = new BackfillStore();
    var indexing = new Indexing(index, queue, new Outbox(), metrics, clock);
    var served = new ServedEndpoints(endpoints);
    var rows = new SearchRows(index, served);
    var meter = new RequestMeter(metrics);
    var keyed =
        new KeyedApi(
            Api.API_DESTINATION,
            "dst",
            NAME,
            "API version or destination",
            new KeyedVersions(destinations, versions),
            "GET "
                + url
                + "/{workspace}/{destination}/{version}/{endpoint} with the header Authorization:"
                + " Bearer {key}");
    var workspaces = new Workspaces(db);
    var applications = Applications.of(db, workspaces, keyed, config.pepper(), clock);
    var trail =
        new KeyTrail(
            "GET /{destination}/{version}/{endpoint}", new AuditSender(sender)::send, clock);
    var api = new DestinationApi(db, applications.check(), workspaces, served, rows, meter, trail);

    var server = config.server();
    return service
        .grpc(
            server,
            workspaces,
            applications.rpc(),
            new DestinationsRpc(
                new CreateDestination(db, destinations, clock),
                new CreateApiVersion(db, destinations, versions, endpoints, url, clock),
                new DraftEndpoint(plans, new PreviewRows(cards)),
                new CreateEndpoint(db, versions, endpoints, plans, url, clock),
                new UpdateApiVersion(
                    db,
                    destinations,
                    versions,
                    endpoints,
                    index,
                    queue,
                    backfills,
                    cards,
                    url,
                    clock),
                new DescribeConfiguration(db, destinations, versions, endpoints, index)),
            new DestinationDataRpc(
                db,
                endpoints,
                index,
                new SearchDestinationData(db, destinations, versions, endpoints, served, rows, url),
                new DescribeStages(db, endpoints, queue, index),
                url))
        .http(
            new HttpServer.Public(
                server.host(), server.httpPort(), DestinationApi.BODY_BYTES_MAX, api::routes))
        .admin(server.host(), server.adminPort())
        .readyWhen("database", db::answers)
        .lanes(
            "card-changed",
            config.kafka().consumers(),
            lane ->
                new EventLoop<>(
                    db,
                    config.kafka(),
                    lane,
                    NAME,
                    Topics.CARD_CHANGED,
                    CardChanged.parser(),
                    CardChanged::getTenant,
                    new CardEvents(endpoints, indexing),
                    config.batchRecordsMax()))
        .loop(
            "retry",
            () -> new RetryLoop(db, endpoints, queue, indexing, config.keepCompleted(), clock))
        .loop("backfill", () -> new BackfillLoop(db, endpoints, backfills, cards, indexing, clock))
        .loop("index", () -> index.upkeep(db))
        .loop("relay", () -> new OutboxRelay(db, sender, NAME, Lane.PROMPT, RELAY_BATCH_MAX))
        .loop("key-uses", applications::uses)
        .loop("meter", () -> meter)
        .start();
  }
}
