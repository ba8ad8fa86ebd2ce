package io.cardloom.local.stack;

import io.cardloom.aggregator.AggregatorConfig;
import io.cardloom.aggregator.AggregatorMain;
import io.cardloom.cards.CardsConfig;
import io.cardloom.cards.CardsMain;
import io.cardloom.ingest.IngestConfig;
import io.cardloom.ingest.IngestMain;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.metrics.MetricsConfig;
import io.cardloom.metrics.MetricsMain;
import io.cardloom.publishing.PublishingConfig;
import io.cardloom.publishing.PublishingMain;
import java.util.Map;

/// How each service is started inside this process.
final class ServiceStarts {
  private ServiceStarts() {}

  static Service start(Part part, Map<String, String> values) {
    var settings = Settings.of(values);
    return switch (part) {
      case METRICS -> MetricsMain.start(MetricsConfig.from(settings));
      case INGEST -> IngestMain.start(IngestConfig.from(settings));
      case CARDS -> CardsMain.start(CardsConfig.from(settings));
      case PUBLISHING -> PublishingMain.start(PublishingConfig.from(settings));
      case AGGREGATOR -> AggregatorMain.start(AggregatorConfig.from(settings));
    };
  }
}
