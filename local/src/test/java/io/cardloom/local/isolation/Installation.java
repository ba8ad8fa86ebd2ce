package io.cardloom.local.isolation;

import io.cardloom.aggregator.AggregatorConfig;
import io.cardloom.aggregator.AggregatorMain;
import io.cardloom.cards.CardsConfig;
import io.cardloom.cards.CardsMain;
import io.cardloom.ingest.IngestConfig;
import io.cardloom.ingest.IngestMain;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.kit.testing.TestWorkspaces;
import io.cardloom.local.identity.TestIssuer;
import io.cardloom.metrics.MetricsConfig;
import io.cardloom.metrics.MetricsMain;
import io.cardloom.publishing.PublishingConfig;
import io.cardloom.publishing.PublishingMain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every service as it runs, in this JVM, on the tests' PostgreSQL and Kafka: a schema each, and no
/// other limit on calls than what they are.
final class Installation implements AutoCloseable {
  /// What clients call the aggregator; where it listens is another matter.
  static final String PUBLIC_BASE = "http://cardloom.test";

  /// Where consumers call the Destination API, in answers.
  static final String SHOP_BASE = "http://shop.test";

  /// Calls a second beyond what a test can make.
  private static final String NO_LIMIT = "100000";

  final TestIssuer issuer = TestIssuer.start();
  final Service ingest;
  final Service cards;
  final Service publishing;
  final Service metrics;
  final Service aggregator;

  /// Schema of each service.
  final Map<String, DbConfig> schemas = new LinkedHashMap<>();

  private final KafkaConfig kafka = TestServers.freshTopics();
  private final List<AutoCloseable> opened = new ArrayList<>(List.of(issuer));

  private Installation() {
    metrics = opened(MetricsMain.start(MetricsConfig.from(Settings.of(service("svc-metrics")))));
    var ingesting = service("svc-ingest");
    ingesting.put("ingest.key-requests-per-second", "10000");
    ingesting.put("ingest.imports-running-max", "100");
    ingest = opened(IngestMain.start(IngestConfig.from(Settings.of(ingesting))));
    var merging = service("svc-cards");
    merging.put("svc-ingest.target", target(ingest));
    cards = opened(CardsMain.start(CardsConfig.from(Settings.of(merging))));
    var serving = service("svc-publishing");
    serving.put("svc-cards.target", target(cards));
    serving.put("public-url", SHOP_BASE);
    publishing = opened(PublishingMain.start(PublishingConfig.from(Settings.of(serving))));
    aggregator = opened(AggregatorMain.start(AggregatorConfig.from(Settings.of(edge()))));
  }

  static Installation start() {
    return new Installation();
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.add(part);
    return part;
  }

  static String target(Service service) {
    return "127.0.0.1:" + service.grpcPort();
  }

  private Map<String, String> service(String name) {
    DbConfig db = TestServers.freshSchema();
    schemas.put(name, db);
    var settings = common();
    settings.put("db.url", db.url());
    settings.put("db.user", db.user());
    settings.put("db.password", db.password());
    settings.put("db.schema", db.schema());
    settings.put("db.role", db.role());
    settings.put("db.pool-size", "6");
    return settings;
  }

  private Map<String, String> edge() {
    var settings = common();
    settings.put("public-base", PUBLIC_BASE);
    settings.put("identity.issuer", issuer.issuer());
    settings.put("identity.jwks", issuer.jwks().toString());
    settings.put("peer.svc-ingest", target(ingest));
    settings.put("peer.svc-cards", target(cards));
    settings.put("peer.svc-publishing", target(publishing));
    settings.put("peer.svc-metrics", target(metrics));
    for (String limit : List.of("limit.read", "limit.write", "limit.publish", "limit.requests")) {
      settings.put(limit, NO_LIMIT);
    }
    return settings;
  }

  private Map<String, String> common() {
    var settings = new HashMap<String, String>();
    settings.put("keys", TestKeys.folder().toString());
    settings.put("kafka.bootstrap", kafka.bootstrap());
    settings.put("kafka.prefix", kafka.prefix());
    settings.put("kafka.partitions", "1");
    return settings;
  }

  /// The services that have gRPC, by the name others call them.
  Map<String, Service> services() {
    var services = new LinkedHashMap<String, Service>();
    services.put("svc-ingest", ingest);
    services.put("svc-cards", cards);
    services.put("svc-publishing", publishing);
    services.put("svc-metrics", metrics);
    return services;
  }

  void workspaces(String... tenants) {
    services().values().forEach(service -> TestWorkspaces.provision(service, tenants));
  }

  /// What the loops of the services failed at; empty when all goes well.
  Map<String, String> failures() {
    var failures = new LinkedHashMap<String, String>();
    services().values().forEach(service -> failures.putAll(service.failures()));
    return failures;
  }

  @Override
  public void close() {
    for (AutoCloseable one : opened.reversed()) {
      try {
        one.close();
      } catch (Exception failure) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
