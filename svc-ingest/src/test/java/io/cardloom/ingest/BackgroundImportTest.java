package io.cardloom.ingest;

import static io.cardloom.ingest.TestIngest.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.GetImportStatusRequest;
import io.cardloom.proto.ingest.v1.ImportState;
import io.cardloom.proto.ingest.v1.ImportStatus;
import io.cardloom.proto.ingest.v1.ListSourceEntriesRequest;
import io.cardloom.proto.ingest.v1.SearchEntriesRequest;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import io.cardloom.proto.ingest.v1.StartImportRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Background imports over the gRPC edge of the whole service, and over the death of its process.
final class BackgroundImportTest {
  private final DbConfig db = TestServers.freshSchema();
  private final KafkaConfig kafka = TestServers.freshTopics();

  private Map<String, String> settings(int batchEntries) {
    var values = new HashMap<>(TestIngest.ports());
    values.put("keys", TestKeys.folder().toString());
    values.put("db.url", db.url());
    values.put("db.schema", db.schema());
    values.put("db.role", db.role());
    values.put("db.pool-size", "6");
    values.put("kafka.bootstrap", kafka.bootstrap());
    values.put("kafka.prefix", kafka.prefix());
    values.put("kafka.partitions", "2");
    values.put("ingest.import-batch-entries-max", "" + batchEntries);
    return values;
  }

  private static List<EntryInput> entries(int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            entry(
                "k%05d".formatted(i),
                "{\"name\":\"Desk %d\",\"label\":{\"en\":\"Desk %d\",\"sv\":\"Bord %d\"},\"price\":%d.5,\"stock\":%d,\"active\":true,\"tags\":[\"wood\",\"t%d\"]}"
                    .formatted(i, i, i, i, i, i % 100)))
        .toList();
  }

  private static CreateDataSourceRequest source() {
    var request = CreateDataSourceRequest.newBuilder().setId("s").setName("s").addLanguages("en");
    TestIngest.PROPERTIES.forEach(one -> request.addProperties(TestIngest.property(one)));
    return request.build();
  }

  /// Also on a machine that is busy with other things.
  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(120));
  }

  private static ImportStatus status(EntriesGrpc.EntriesBlockingStub entries, ImportStatus of) {
    return entries.getImportStatus(
        GetImportStatusRequest.newBuilder().setImportId(of.getImportId()).build());
  }

  private static long found(EntriesGrpc.EntriesBlockingStub entries) {
    return entries
        .searchEntries(
            SearchEntriesRequest.newBuilder()
                .setSourceId("s")
                .setQuery(Query.newBuilder().setCountOnly(true))
                .build())
        .getTotal();
  }

  private static long stored(EntriesGrpc.EntriesBlockingStub entries) {
    return entries
        .listSourceEntries(
            ListSourceEntriesRequest.newBuilder().setSourceId("s").setCountOnly(true).build())
        .getTotal();
  }

  @Test
  void fiftyThousandEntriesAreAcceptedInOneCallAndStored() {
    try (var service = IngestMain.start(IngestConfig.from(Settings.of(settings(1_000))));
        var peer =
            Peer.open(
                "svc-ingest", "127.0.0.1:" + service.grpcPort(), TestKeys.signer("aggregator"))) {
      TestWorkspaces.provision(service, "acme");
      var channel = peer.as(TestKeys.everything("acme"), Duration.ofSeconds(300));
      var entries = EntriesGrpc.newBlockingStub(channel);
      var _ = SourcesGrpc.newBlockingStub(channel).createDataSource(source());
      var request =
          StartImportRequest.newBuilder().setSourceId("s").addAllEntries(entries(50_000)).build();
      long began = System.nanoTime();
      var started = entries.startImport(request);
      long accepted = System.nanoTime();
      assertThat(started.getTotal()).isEqualTo(50_000);
      soon()
          .until(
              () -> status(entries, started).getState(),
              state -> state == ImportState.IMPORT_STATE_COMPLETED);
      long applied = System.nanoTime();
      assertThat(status(entries, started).getCreated()).isEqualTo(50_000);
      assertThat(stored(entries)).isEqualTo(50_000);
      System.out.printf(
          "50000 entries, %d MB: accepted in %d ms, applied %d ms later%n",
          request.getSerializedSize() >> 20,
          TimeUnit.NANOSECONDS.toMillis(accepted - began),
          TimeUnit.NANOSECONDS.toMillis(applied - accepted));
      assertThat(service.failures()).isEmpty();
    }
  }

  @Test
  void aProcessKilledInTheMiddleOfAnImportLeavesNothingOutAndRepeatsNothing(@TempDir Path folder)
      throws Exception {
    int total = 12_000;
    try (Db rows = Db.open(db, "db/kit", "db/index", "db/ingest")) {
      var ingest = new TestIngest(rows).source("s");
      Process killed = process(settings(50), folder);
      ImportStatus started;
      try {
        started =
            ingest.starts.run(
                TestIngest.caller("acme"),
                StartImportRequest.newBuilder()
                    .setSourceId("s")
                    .addAllEntries(entries(total))
                    .build());
        soon().until(() -> applied(ingest, started), count -> count > 0);
      } finally {
        killed.destroyForcibly().waitFor();
      }
      var counts = counts(rows);
      assertThat(counts.applied()).as("killed in the middle").isBetween(1L, total - 1L);
      assertThat(counts)
          .isEqualTo(new Counts(counts.applied(), counts.applied(), counts.applied()));

      try (var service = IngestMain.start(IngestConfig.from(Settings.of(settings(50))));
          var peer =
              Peer.open(
                  "svc-ingest", "127.0.0.1:" + service.grpcPort(), TestKeys.signer("aggregator"))) {
        TestWorkspaces.provision(service, "acme");
        var entries =
            EntriesGrpc.newBlockingStub(
                peer.as(TestKeys.everything("acme"), Duration.ofSeconds(300)));
        soon()
            .until(
                () -> status(entries, started).getState(),
                state -> state == ImportState.IMPORT_STATE_COMPLETED);
        assertThat(status(entries, started).getCreated()).isEqualTo(total);
        assertThat(stored(entries)).isEqualTo(total);
        soon().until(() -> found(entries), count -> count == total);
      }
      assertThat(ingest.count("entry")).isEqualTo(total);
      assertThat(ingest.count("entry WHERE version <> 1")).isZero();
      assertThat(ingest.count(TestIngest.VERSIONS)).as("each applied once").isEqualTo(total);
      assertThat(ingest.count(TestIngest.VERSIONS + " WHERE version <> 1")).isZero();
      assertThat(ingest.count("entry_import_batch")).isZero();
    }
  }

  private record Counts(long applied, long entries, long history) {}

  /// At one instant: what the killed process had sent may still commit.
  private static Counts counts(Db rows) {
    return rows.inTx(
        "acme",
        tx ->
            tx.one(
                    """
                    SELECT cast(applied AS bigint) AS applied, (SELECT count(*) FROM entry) AS entries,
                           (SELECT count(*) FROM %s) AS history
                      FROM entry_import
                    """
                        .formatted(TestIngest.VERSIONS),
                    row ->
                        new Counts(
                            row.column("applied").getLong(),
                            row.column("entries").getLong(),
                            row.column("history").getLong()))
                .orElseThrow());
  }

  private static int applied(TestIngest ingest, ImportStatus started) {
    return ingest
        .started
        .run(
            TestIngest.caller("acme"),
            GetImportStatusRequest.newBuilder().setImportId(started.getImportId()).build())
        .getApplied();
  }

  /// The service as a process of its own.
  private static Process process(Map<String, String> settings, Path folder) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx300m");
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), IngestMain.class.getName()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("svc-ingest.log").toFile())
        .start();
  }
}
