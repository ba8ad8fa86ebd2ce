package io.cardloom.cards;

import io.cardloom.cards.card.BuildCards;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.run.ServerConfig;
import io.cardloom.kit.run.Settings;

/// Settings of svc-cards: those every service has, `svc-ingest.target` and `cards.*`.
///
/// @param ingestTarget where svc-ingest answers, `host:port` or any gRPC target
/// @param batchRecordsMax most entry events of one transaction
/// @param backfillPageRows entries that one step of a backfill takes
/// @param relayBatchRowsMax most events in flight at once
public record CardsConfig(
    ServerConfig server,
    DbConfig db,
    KafkaConfig kafka,
    String ingestTarget,
    int batchRecordsMax,
    int backfillPageRows,
    int relayBatchRowsMax) {

  public CardsConfig {
    between(1, batchRecordsMax, BuildCards.BATCH_MAX, "cards.batch-records-max");
    between(1, backfillPageRows, BuildCards.BATCH_MAX, "cards.backfill-page-rows");
    between(1, relayBatchRowsMax, 10_000, "cards.relay-batch-rows-max");
  }

  public static CardsConfig from(Settings settings) {
    return new CardsConfig(
        ServerConfig.from(settings),
        DbConfig.from(settings, "cards"),
        KafkaConfig.from(settings),
        settings.text("svc-ingest.target"),
        settings.number("cards.batch-records-max", 1_000),
        settings.number("cards.backfill-page-rows", 1_000),
        settings.number("cards.relay-batch-rows-max", 1_000));
  }

  private static void between(int least, int value, int most, String key) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "setting " + key + " must be " + least + " to " + most + ", it is " + value);
    }
  }
}
