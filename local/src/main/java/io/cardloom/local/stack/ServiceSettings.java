package io.cardloom.local.stack;

import io.cardloom.idp.realm.RealmFile;
import io.cardloom.idp.server.Secrets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The settings of each service of the stack, by their keys. The same whether it runs in the
/// supervisor's process or in its own.
final class ServiceSettings {
  /// Key of the setting that must not be in a command line, which anybody on the machine can read.
  static final String SECRET = "connect.secret";

  /// The same setting in the environment.
  static final String SECRET_VARIABLE = "CARDLOOM_CONNECT_SECRET";

  private final StackOptions options;
  private final StackUrls urls;
  private final Path keys;
  private final String jdbcUrl;
  private final String databaseUser;
  private final String kafka;
  private final Map<String, String> connect;

  /// @param connect those of the aggregator's page; empty where nobody signs in there
  ServiceSettings(
      StackOptions options,
      Path keys,
      String jdbcUrl,
      String databaseUser,
      String kafka,
      Map<String, String> connect) {
    this.options = options;
    this.urls = StackUrls.of(options);
    this.keys = keys;
    this.jdbcUrl = jdbcUrl;
    this.databaseUser = databaseUser;
    this.kafka = kafka;
    this.connect = connect;
  }

  Map<String, String> of(Part part, int instance) {
    var ports = options.ports();
    var settings = new LinkedHashMap<String, String>();
    settings.put("host", "127.0.0.1");
    settings.put("grpc-port", Integer.toString(ports.grpc(part, instance)));
    settings.put("http-port", Integer.toString(ports.http(part, instance)));
    settings.put("admin-port", Integer.toString(ports.admin(part, instance)));
    settings.put("keys", keys.toString());
    settings.put("kafka.bootstrap", kafka);
    if (part != Part.AGGREGATOR) {
      settings.put("db.url", jdbcUrl);
      settings.put("db.user", databaseUser);
    }
    switch (part) {
      case AGGREGATOR -> {
        settings.put("public-base", urls.publicBase());
        settings.put("identity.issuer", urls.issuer());
        settings.put("identity.jwks", urls.jwks());
        settings.putAll(connect);
      }
      case PUBLISHING -> settings.put("public-url", urls.destinationApi());
      case INGEST -> settings.put("public-url", urls.ingestApi());
      case METRICS, CARDS -> {}
    }
    for (var peer : Part.values()) {
      if (peer != part && peer != Part.AGGREGATOR) {
        settings.put("peer." + peer.title(), target(options, peer));
        settings.put(peer.title() + ".target", target(options, peer));
      }
    }
    return settings;
  }

  /// Those of the aggregator's page with the client of the stack's own identity provider.
  static Map<String, String> connect(Secrets secrets) {
    return Map.of("connect.client-id", RealmFile.CONNECT_CLIENT, SECRET, secrets.connect());
  }

  /// Those of the page with a client of another provider; without one, nobody signs in there.
  static Map<String, String> connect(OtherProvider provider) {
    return provider
        .connect()
        .map(client ->
            Map.of("connect.client-id", client.id(), "connect.secret-file", client.secretFile()))
        .orElse(Map.of());
  }

  /// The gRPC target of every service that keeps workspaces, by its name.
  static Map<String, String> serviceTargets(StackOptions options) {
    return Arrays.stream(Part.values())
        .filter(part -> part != Part.AGGREGATOR)
        .collect(Collectors.toMap(Part::title, part -> target(options, part)));
  }

  /// Every instance of a service as one gRPC target.
  static String target(StackOptions options, Part part) {
    return ListResolver.target(
        IntStream.range(0, options.instances().getOrDefault(part, 1))
            .mapToObj(instance -> options.ports().grpc(part, instance))
            .toList());
  }
}
