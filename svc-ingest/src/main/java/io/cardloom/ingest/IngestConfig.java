package io.cardloom.ingest;

import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.key.Pepper;
import io.cardloom.kit.run.ServerConfig;
import io.cardloom.kit.run.Settings;
import java.time.Duration;

/// Settings of svc-ingest. A wrong one stops the start and names its key.
///
/// @param relayBatchRowsMax `ingest.relay-batch-rows-max`: events in flight at once
/// @param indexBatchEntriesMax `ingest.index-batch-entries-max`: changes indexed in one transaction
/// @param convertBatchEntriesMax `ingest.convert-batch-entries-max`: entries converted in one
///   transaction
/// @param importBatchEntriesMax `ingest.import-batch-entries-max`: entries of a background import
///   that are stored in one transaction
/// @param importsRunningMax `ingest.imports-running-max`: background imports of one workspace that
///   are not done yet; each has up to 20 MB staged
/// @param keyRequestsPerSecond `ingest.key-requests-per-second`: requests of one application's key
///   over HTTP, with twice as many at once, by each instance
/// @param publicUrl where programs reach the HTTP side, without a slash at its end, key
///   `public-url`; the host and port listened on where not given
/// @param pepper seals the keys of applications, key `application-keys.pepper`
/// @param historyKept `ingest.history-kept`: how long the history of entries stays
public record IngestConfig(
    ServerConfig server,
    DbConfig db,
    KafkaConfig kafka,
    int relayBatchRowsMax,
    int indexBatchEntriesMax,
    int convertBatchEntriesMax,
    int importBatchEntriesMax,
    int importsRunningMax,
    int keyRequestsPerSecond,
    String publicUrl,
    Pepper pepper,
    Duration historyKept) {
  public IngestConfig {
    between("ingest.relay-batch-rows-max", relayBatchRowsMax, 1, 10_000);
    between("ingest.index-batch-entries-max", indexBatchEntriesMax, 1, 2_000);
    between("ingest.convert-batch-entries-max", convertBatchEntriesMax, 1, 2_000);
    between("ingest.import-batch-entries-max", importBatchEntriesMax, 1, 1_000);
    between("ingest.imports-running-max", importsRunningMax, 1, 100);
    between("ingest.key-requests-per-second", keyRequestsPerSecond, 1, 10_000);
    if (publicUrl.endsWith("/")) {
      throw new IllegalArgumentException("setting public-url must not end in /");
    }
    if (historyKept.isNegative() || historyKept.isZero()) {
      throw new IllegalArgumentException("setting ingest.history-kept must be longer than nothing");
    }
  }

  public static IngestConfig from(Settings settings) {
    var server = ServerConfig.from(settings);
    return new IngestConfig(
        server,
        DbConfig.from(settings, "ingest"),
        KafkaConfig.from(settings),
        settings.number("ingest.relay-batch-rows-max", 1_000),
        settings.number("ingest.index-batch-entries-max", 1_000),
        settings.number("ingest.convert-batch-entries-max", 500),
        settings.number("ingest.import-batch-entries-max", 1_000),
        settings.number("ingest.imports-running-max", 4),
        settings.number("ingest.key-requests-per-second", 20),
        settings.text("public-url", "http://" + server.host() + ":" + server.httpPort()),
        Pepper.from(settings, IngestMain.NAME),
        settings.duration("ingest.history-kept", Duration.ofDays(90)));
  }

  private static void between(String key, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "setting " + key + " must be " + min + " to " + max + ", it is " + value);
    }
  }
}
