package io.cardloom.publishing;

import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.key.Pepper;
import io.cardloom.kit.run.ServerConfig;
import io.cardloom.kit.run.Settings;
import java.time.Duration;

/// Settings of svc-publishing.
///
/// @param cardsTarget where svc-cards answers gRPC, key `svc-cards.target`
/// @param publicUrl where consumers reach the HTTP side, without a slash at its end, key
///   `public-url`; empty for the host and port listened on
/// @param pepper seals the keys of applications, key `application-keys.pepper`
/// @param batchRecordsMax most card changes of one transaction, key `publishing.batch-records-max`
/// @param keepCompleted how long the queue tells when a row became visible, key
///   `publishing.keep-completed`
public record PublishingConfig(
    ServerConfig server,
    DbConfig db,
    KafkaConfig kafka,
    String cardsTarget,
    String publicUrl,
    Pepper pepper,
    int batchRecordsMax,
    Duration keepCompleted) {

  public PublishingConfig {
    if (publicUrl.endsWith("/")) {
      throw new IllegalArgumentException("setting public-url must not end in /");
    }
    if (batchRecordsMax < 1 || batchRecordsMax > 2_000) {
      throw new IllegalArgumentException(
          "setting publishing.batch-records-max must be 1 to 2000, it is " + batchRecordsMax);
    }
    if (keepCompleted.isNegative()) {
      throw new IllegalArgumentException("setting publishing.keep-completed must not be negative");
    }
  }

  public static PublishingConfig from(Settings settings) {
    var server = ServerConfig.from(settings);
    return new PublishingConfig(
        server,
        DbConfig.from(settings, "publishing"),
        KafkaConfig.from(settings),
        settings.text("svc-cards.target"),
        settings.text("public-url", "http://" + server.host() + ":" + server.httpPort()),
        Pepper.from(settings, PublishingMain.NAME),
        settings.number("publishing.batch-records-max", 1_000),
        settings.duration("publishing.keep-completed", Duration.ofDays(7)));
  }
}
