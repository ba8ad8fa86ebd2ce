package io.cardloom.ingest;

import io.cardloom.index.PostgresIndex;
import io.cardloom.ingest.api.IngestApi;
import io.cardloom.ingest.api.Trail;
import io.cardloom.ingest.bulk.ApplyImports;
import io.cardloom.ingest.bulk.BulkImportStore;
import io.cardloom.ingest.bulk.DescribeImport;
import io.cardloom.ingest.bulk.StartImport;
import io.cardloom.ingest.conversion.ConvertValues;
import io.cardloom.ingest.conversion.StoredConversions;
import io.cardloom.ingest.entry.DescribeStages;
import io.cardloom.ingest.entry.EntryChanges;
import io.cardloom.ingest.entry.EntryIndexer;
import io.cardloom.ingest.entry.EntryStore;
import io.cardloom.ingest.entry.ImportEntries;
import io.cardloom.ingest.entry.ListEntries;
import io.cardloom.ingest.entry.SearchEntries;
import io.cardloom.ingest.history.HistoryStore;
import io.cardloom.ingest.retention.Retention;
import io.cardloom.ingest.source.CreateDataSource;
import io.cardloom.ingest.source.DescribeSchema;
import io.cardloom.ingest.source.DraftDataSource;
import io.cardloom.ingest.source.KeyedSources;
import io.cardloom.ingest.source.SchemaCache;
import io.cardloom.ingest.source.SourceStore;
import io.cardloom.ingest.source.SourcesRpc;
import io.cardloom.ingest.source.UpsertProperties;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.AuditSender;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.event.EventSender;
import io.cardloom.kit.event.MetricSender;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.event.OutboxRelay;
import io.cardloom.kit.event.Topics;
import io.cardloom.kit.key.Applications;
import io.cardloom.kit.key.KeyedApi;
import io.cardloom.kit.run.HttpServer;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.workspace.Workspaces;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.events.v1.EntryChanged;
import java.time.Clock;

/// Wires svc-ingest. Read top to bottom: every part the service has is built here, once.
public final class IngestMain {
  static final String NAME = "svc-ingest";

  private IngestMain() {}

  public static void main(String[] args) {
    Service.run(() -> start(IngestConfig.from(Settings.ofProcess())));
  }

  /// Starts the service with its own parts only: it asks no other service.
  public static Service start(IngestConfig config) {
    var service = Service.named(NAME);
    Clock clock = Clock.systemUTC();
    Db db = service.using(Db.open(config.db(), "db/kit", "db/index", "db/key", "db/ingest"));
    Topics.ensure(
        config.kafka(), Topics.ENTRY_CHANGED, Topics.METRIC_SAMPLE, Topics.AUDIT_RECORDED);
    EventSender sender = service.using(EventSender.open(config.kafka()));
    var metrics = new MetricSender(sender);

    var index = new PostgresIndex();
    var sources = new SourceStore();
    var entries = new EntryStore();
    var history = new HistoryStore();
    var changes = new EntryChanges(entries, history, new Outbox());
    var schemas = new SchemaCache(db, sources);

    var sourcesRpc =
        new SourcesRpc(
            new CreateDataSource(db, sources, index, clock),
            new DraftDataSource(db, sources),
            new UpsertProperties(db, sources, new StoredConversions(entries), index, clock),
            new DescribeSchema(db, sources, entries::sample));
    var imports =
        new ImportEntries(db, sources, schemas, entries, changes, index, metrics::one, clock);
    var bulkImports = new BulkImportStore();
    var describeImport = new DescribeImport(db, bulkImports, clock);
    var startImport =
        new StartImport(
            db,
            imports,
            bulkImports,
            describeImport,
            config.importsRunningMax(),
            config.importBatchEntriesMax(),
            clock);
    var entriesRpc =
        new EntriesRpc(
            imports,
            startImport,
            describeImport,
            new ListEntries(db, sources, entries, index),
            new SearchEntries(db, sources, index),
            new DescribeStages(db, sources, entries, index, clock));

    var keyed =
        new KeyedApi(
            Api.API_INGEST,
            "ing",
            NAME,
            "data source",
            new KeyedSources(sources),
            "POST "
                + config.publicUrl()
                + "/v1/sources/{sourceId}/entries with the header Authorization: Bearer {key}");
    var workspaces = new Workspaces(db);
    var applications = Applications.of(db, workspaces, keyed, config.pepper(), clock);
    var api =
        new IngestApi(
            applications.check(),
            imports,
            startImport,
            describeImport,
            new Trail(new AuditSender(sender)::send, clock),
            config.keyRequestsPerSecond());

    return service
        .grpc(config.server(), workspaces, sourcesRpc, entriesRpc, applications.rpc())
        .http(
            new HttpServer.Public(
                config.server().host(),
                config.server().httpPort(),
                IngestApi.CUT_OFF_BYTES,
                api::routes))
        .admin(config.server().host(), config.server().adminPort())
        .loop("index", () -> index.upkeep(db))
        .lanes(
            "relay", 1, lane -> new OutboxRelay(db, sender, NAME, lane, config.relayBatchRowsMax()))
        .lanes(
            "indexer",
            config.kafka().consumers(),
            lane ->
                new EventLoop<>(
                    db,
                    config.kafka(),
                    lane,
                    "svc-ingest-indexer",
                    Topics.ENTRY_CHANGED,
                    EntryChanged.parser(),
                    EntryChanged::getTenant,
                    new EntryIndexer(index),
                    config.indexBatchEntriesMax()))
        .loop(
            "convert",
            () ->
                new ConvertValues(
                    db, sources, entries, changes, clock, config.convertBatchEntriesMax()))
        .loop("key-uses", applications::uses)
        .loop("import", () -> new ApplyImports(db, imports, bulkImports))
        .loop(
            "history-retention",
            () ->
                new Retention(
                    db,
                    (tx, rows) ->
                        history.forget(tx, clock.instant().minus(config.historyKept()), rows)))
        .loop(
            "import-retention",
            () -> new Retention(db, (tx, rows) -> bulkImports.forget(tx, clock.instant(), rows)))
        .readyWhen("database", db::answers)
        .start();
  }
}
