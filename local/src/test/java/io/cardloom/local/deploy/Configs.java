package io.cardloom.local.deploy;

import io.cardloom.aggregator.AggregatorConfig;
import io.cardloom.cards.CardsConfig;
import io.cardloom.ingest.IngestConfig;
import io.cardloom.kit.run.Settings;
import io.cardloom.metrics.MetricsConfig;
import io.cardloom.publishing.PublishingConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// How each service reads its settings, by its name.
final class Configs {
  static final Map<String, Function<Settings, Object>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("svc-ingest", IngestConfig::from);
    ALL.put("svc-cards", CardsConfig::from);
    ALL.put("svc-publishing", PublishingConfig::from);
    ALL.put("svc-metrics", MetricsConfig::from);
    ALL.put("aggregator", AggregatorConfig::from);
  }

  private Configs() {}
}
