package io.cardloom.cards;

import io.cardloom.cards.card.Backfill;
import io.cardloom.cards.card.BuildCards;
import io.cardloom.cards.card.CardStore;
import io.cardloom.cards.card.CardsRpc;
import io.cardloom.cards.card.EntryEvents;
import io.cardloom.cards.card.SearchCards;
import io.cardloom.cards.card.TraceEntry;
import io.cardloom.cards.definition.ActivateCardDefinition;
import io.cardloom.cards.definition.BackfillStore;
import io.cardloom.cards.definition.CardDefinitionsRpc;
import io.cardloom.cards.definition.CreateCardDefinition;
import io.cardloom.cards.definition.DefinitionStore;
import io.cardloom.cards.definition.DraftCardDefinition;
import io.cardloom.cards.definition.PlanCardDefinition;
import io.cardloom.cards.definition.SourceSchemas;
import io.cardloom.index.PostgresIndex;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.EventSender;
import io.cardloom.kit.event.MetricSender;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.event.OutboxRelay;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.workspace.Workspaces;
import java.time.Clock;

/// Wires svc-cards. Read top to bottom: every part the service has is built here, once.
public final class CardsMain {
  private static final String NAME = "svc-cards";

  private CardsMain() {}

  public static void main(String[] args) {
    Service.run(() -> start(CardsConfig.from(Settings.ofProcess())));
  }

  /// Starts the service; the one who starts it closes it.
  public static Service start(CardsConfig config) {
    Topics.ensure(config.kafka(), Topics.ENTRY_CHANGED, Topics.CARD_CHANGED, Topics.METRIC_SAMPLE);
    var clock = Clock.systemUTC();
    var server = config.server();
    var service = Service.named(NAME);
    var db = service.using(Db.open(config.db(), "db/kit", "db/index", "db/cards"));
    var sender = service.using(EventSender.open(config.kafka()));
    var ingest =
        service.using(
            Peer.open(
                "svc-ingest", config.ingestTarget(), server.signer(NAME), service.tls(server)));
    var metrics = new MetricSender(sender);
    var outbox = new Outbox();
    var index = new PostgresIndex();

    var definitions = new DefinitionStore();
    var backfills = new BackfillStore();
    var sources = new SourceSchemas(ingest);
    var plans = new PlanCardDefinition(db, definitions, sources, clock);
    var cards = new CardStore();
    var build = new BuildCards(definitions, cards, index, outbox);

    return service
        .grpc(
            server,
            new Workspaces(db),
            new CardDefinitionsRpc(
                db,
                definitions,
                cards::counts,
                new DraftCardDefinition(plans),
                new CreateCardDefinition(db, definitions, plans),
                new ActivateCardDefinition(db, definitions, backfills, index, sources, clock)),
            new CardsRpc(
                db,
                definitions,
                cards,
                index,
                new SearchCards(db, definitions, index),
                new TraceEntry(db, definitions, backfills, cards)))
        .admin(server.host(), server.adminPort())
        .readyWhen("database", db::answers)
        .lanes(
            "entries",
            config.kafka().consumers(),
            lane ->
                new EntryEvents(
                    db,
                    config.kafka(),
                    lane,
                    NAME,
                    build,
                    metrics,
                    clock,
                    config.batchRecordsMax()))
        .loop(
            "backfill",
            () ->
                new Backfill(
                    db, definitions, backfills, build, ingest, clock, config.backfillPageRows()))
        .loop("index", () -> index.upkeep(db))
        .lanes(
            "relay", 1, lane -> new OutboxRelay(db, sender, NAME, lane, config.relayBatchRowsMax()))
        .start();
  }
}
