package io.cardloom.ingest.bench;

import io.cardloom.embedded.EmbeddedKafka;
import io.cardloom.embedded.EmbeddedPostgres;
import io.cardloom.ingest.IngestConfig;
import io.cardloom.ingest.IngestMain;
import io.cardloom.ingest.TestIngest;
import io.cardloom.ingest.entry.EntryBatch;
import io.cardloom.ingest.source.Schema;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.CopyRows;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Rows a second of imports against raw COPY of the same rows, durable, in one run.
///
/// Arguments: the catalogue (`products.ndjson.gz`), rounds, and `grpc` to start the whole service.
public final class ImportBench {
  private static final int BATCH = 1_000;
  private static final int PROPERTIES_OF_A_CALL = 200;
  private static final String RAW =
      """
      CREATE TABLE IF NOT EXISTS raw_entry (
        tenant text NOT NULL, source_id text NOT NULL, key text COLLATE "C" NOT NULL, version bigint NOT NULL,
        updated_at timestamptz NOT NULL, deleted boolean NOT NULL, body bytea NOT NULL,
        PRIMARY KEY (tenant, source_id, key))
      """;

  private ImportBench() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    boolean grpc = args.length > 2 && args[2].equals("grpc");
    Path folder = Files.createTempDirectory("cardloom-bench");
    var catalogue = Catalogue.read(file);
    List<ImportDataRequest> batches = batches(catalogue.entries());
    System.out.printf(
        "%d entries, %d properties, %d batches%n",
        catalogue.entries().size(), catalogue.properties().size(), batches.size());
    try (var postgres = EmbeddedPostgres.start(folder.resolve("pg"), 0, true)) {
      for (int round = 1; round <= rounds; round++) {
        var config = new DbConfig(postgres.jdbcUrl(), "postgres", "", "bench" + round, 6);
        var cpu = new CpuTime(folder.resolve("pg/data"));
        rule(round, config, cpu, catalogue, batches);
        if (grpc) grpc(round, folder, config, cpu, catalogue, batches);
      }
    }
    System.exit(0); // Kafka's threads are no daemons
  }

  private static void rule(
      int round,
      DbConfig config,
      CpuTime cpu,
      Catalogue catalogue,
      List<ImportDataRequest> batches) {
    try (Db db = Db.open(config, "db/kit", "db/index", "db/ingest")) {
      var ingest = new TestIngest(db).source("acme", "s", List.of());
      for (String[] part : calls(catalogue.properties())) {
        var _ = ingest.upsert.run(TestIngest.caller("acme"), TestIngest.change("s", part).build());
      }
      Schema schema = db.inTx("acme", tx -> ingest.sources.schema(tx, "acme", "s"));
      cpu.print("-", catalogue.entries().size());
      double parsed = timed(batches, batch -> EntryBatch.read(schema, batch));
      cpu.print("parse", catalogue.entries().size());
      double rule = timed(batches, batch -> ingest.imports.run(TestIngest.caller("acme"), batch));
      cpu.print("import", catalogue.entries().size());
      double again = timed(batches, batch -> ingest.imports.run(TestIngest.caller("acme"), batch));
      cpu.print("unchanged", catalogue.entries().size());
      db.acrossTenants(tx -> tx.update("DELETE FROM outbox"));
      var changed = batches.stream().map(ImportBench::changed).toList();
      cpu.print("-", catalogue.entries().size());
      double update = timed(changed, batch -> ingest.imports.run(TestIngest.caller("acme"), batch));
      cpu.print("update", catalogue.entries().size());
      var rows = new ArrayList<List<ScannedDocument>>();
      String after = "";
      while (true) {
        var scan =
            ingest.lists.scan(
                TestIngest.caller("acme"),
                ScanRequest.newBuilder()
                    .setCollectionId("s")
                    .setAfterKey(after)
                    .setLimit(BATCH)
                    .build());
        if (scan.getDocumentsCount() > 0) rows.add(scan.getDocumentsList());
        if (scan.getLast()) break;
        after = scan.getDocuments(scan.getDocumentsCount() - 1).getKey();
      }
      db.useTx(tx -> tx.asOwner(owner -> owner.execute(RAW)));
      cpu.print("-", catalogue.entries().size());
      double copy = copy(db, rows, 1);
      cpu.print("COPY", catalogue.entries().size());
      db.useTx(tx -> tx.asOwner(owner -> owner.execute("TRUNCATE raw_entry")));
      double copyAll = copy(db, rows, rows.size());
      System.out.printf(
          "round %d: parse %.0f  rule %.0f  unchanged %.0f  update %.0f  COPY/1000 %.0f  COPY all %.0f  rows/s"
              + "  rule:COPY/1000 1/%.1f  rule:COPY all 1/%.1f%n",
          round, parsed, rule, again, update, copy, copyAll, copy / rule, copyAll / rule);
    }
  }

  /// As many properties as one call may define.
  private static List<String[]> calls(List<String> properties) {
    var calls = new ArrayList<String[]>();
    for (int from = 0; from < properties.size(); from += PROPERTIES_OF_A_CALL) {
      int to = Math.min(properties.size(), from + PROPERTIES_OF_A_CALL);
      calls.add(properties.subList(from, to).toArray(String[]::new));
    }
    return calls;
  }

  private static void grpc(
      int round,
      Path folder,
      DbConfig config,
      CpuTime cpu,
      Catalogue catalogue,
      List<ImportDataRequest> batches)
      throws IOException {
    try (var kafka = EmbeddedKafka.start(folder.resolve("kafka" + round), 0, 0);
        Service service = IngestMain.start(config(config, round, kafka.bootstrap()));
        Peer peer =
            Peer.open(
                "svc-ingest", "127.0.0.1:" + service.grpcPort(), TestKeys.signer("aggregator"))) {
      var request = CreateDataSourceRequest.newBuilder().setId("s").setName("s");
      TestWorkspaces.provision(service, "grpc");
      var caller = TestIngest.caller("grpc");
      var sources = SourcesGrpc.newBlockingStub(peer.as(caller, Duration.ofSeconds(60)));
      var _ = sources.createDataSource(request.build());
      for (String[] part : calls(catalogue.properties())) {
        var _ = sources.upsertDataSourceProperties(TestIngest.change("s", part).build());
      }
      cpu.print("-", 1);
      double rate =
          timed(
              batches,
              batch ->
                  EntriesGrpc.newBlockingStub(peer.as(caller, Duration.ofSeconds(60)))
                      .importData(batch));
      cpu.print("gRPC", catalogue.entries().size());
      System.out.printf(
          "round %d: gRPC, with relay and indexer at work, %.0f rows/s%n", round, rate);
    }
  }

  private static IngestConfig config(DbConfig db, int round, String kafka) {
    return IngestConfig.from(
        Settings.of(
            Map.of(
                "keys",
                TestKeys.folder().toString(),
                "db.url",
                db.url(),
                "db.schema",
                db.schema() + "_grpc",
                "kafka.bootstrap",
                kafka,
                "kafka.prefix",
                "bench" + round + "-")));
  }

  private static List<ImportDataRequest> batches(List<EntryInput> entries) {
    var batches = new ArrayList<ImportDataRequest>();
    for (int from = 0; from < entries.size(); from += BATCH) {
      batches.add(
          ImportDataRequest.newBuilder()
              .setSourceId("s")
              .addAllEntries(entries.subList(from, Math.min(entries.size(), from + BATCH)))
              .build());
    }
    return batches;
  }

  private static ImportDataRequest changed(ImportDataRequest batch) {
    var changed = ImportDataRequest.newBuilder().setSourceId("s");
    batch
        .getEntriesList()
        .forEach(entry ->
            changed.addEntries(
                TestIngest.entry(entry.getId(), "{\"name\":\"changed " + entry.getId() + "\"}")));
    return changed.build();
  }

  private static double timed(List<ImportDataRequest> batches, Consumer<ImportDataRequest> work) {
    long entries = 0;
    long from = System.nanoTime();
    for (ImportDataRequest batch : batches) {
      work.accept(batch);
      entries += batch.getEntriesCount();
    }
    return entries * 1e9 / (System.nanoTime() - from);
  }

  /// @param pages pages of rows of one COPY and transaction
  private static double copy(Db db, List<List<ScannedDocument>> rows, int pages) {
    long from = System.nanoTime();
    long count = 0;
    for (int page = 0; page < rows.size(); page += pages) {
      var copy =
          CopyRows.into(
              "raw_entry",
              "tenant",
              "source_id",
              "key",
              "version",
              "updated_at",
              "deleted",
              "body");
      for (var part : rows.subList(page, Math.min(rows.size(), page + pages))) {
        for (ScannedDocument row : part) {
          copy.row()
              .text("acme")
              .text("s")
              .text(row.getKey())
              .int8(row.getVersion())
              .timestamp(Instant.EPOCH)
              .bool(false)
              .bytes(row.getBody().toByteArray());
          count++;
        }
      }
      db.useTx("acme", tx -> tx.copy(copy));
    }
    return count * 1e9 / (System.nanoTime() - from);
  }
}
