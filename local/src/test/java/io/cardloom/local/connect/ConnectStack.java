package io.cardloom.local.connect;

import io.cardloom.aggregator.AggregatorConfig;
import io.cardloom.aggregator.AggregatorMain;
import io.cardloom.embedded.EmbeddedKafka;
import io.cardloom.embedded.FreePort;
import io.cardloom.idp.realm.Examples;
import io.cardloom.idp.realm.RealmFile;
import io.cardloom.idp.server.KeycloakOptions;
import io.cardloom.idp.server.KeycloakServer;
import io.cardloom.kit.call.Keys;
import io.cardloom.kit.run.Service;
import io.cardloom.kit.run.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What the page needs and no more: a real identity provider with the example people, and the
/// aggregator. The services behind it are not there.
///
/// @param way by which the aggregator asks the provider
record ConnectStack(
    EmbeddedKafka kafka, KeycloakServer keycloak, SlowWay way, Service aggregator, String base)
    implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static ConnectStack start(Path folder) throws IOException {
    int port = FreePort.any();
    String base = "http://127.0.0.1:" + port;
    var kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, 0);
    var keycloak =
        KeycloakServer.start(
            KeycloakOptions.local(
                folder.resolve("keycloak"), FreePort.any(), FreePort.any(), base));
    Examples.addTo(keycloak.admin(), keycloak.secrets().people());
    var way = SlowWay.to(URI.create(keycloak.issuer()));
    Keys.write(folder.resolve("keys"), "aggregator", Keys.make());
    var settings = new LinkedHashMap<String, String>();
    settings.put("http-port", Integer.toString(port));
    settings.put("keys", folder.resolve("keys").toString());
    settings.put("kafka.bootstrap", kafka.bootstrap());
    settings.put("public-base", base);
    settings.put("identity.issuer", keycloak.issuer());
    settings.put("identity.jwks", keycloak.jwks());
    settings.put("connect.client-id", RealmFile.CONNECT_CLIENT);
    settings.put("connect.secret", keycloak.secrets().connect());
    settings.put("connect.provider", way.provider());
    for (String service : new String[] {"ingest", "cards", "publishing", "metrics"}) {
      settings.put("peer.svc-" + service, "127.0.0.1:1");
    }
    var aggregator = AggregatorMain.start(AggregatorConfig.from(Settings.of(settings)));
    return new ConnectStack(kafka, keycloak, way, aggregator, base);
  }

  /// What a script needs to know.
  Map<String, String> environment() {
    return Map.of(
        "CARDLOOM_PAGE", base,
        "CARDLOOM_ISSUER", keycloak.issuer(),
        "CARDLOOM_ALICE", password("alice"),
        "CARDLOOM_DAVE", password("dave"));
  }

  /// From now on tokens of the page's client end after seconds instead of minutes.
  void shortTokens() throws IOException, InterruptedException {
    var token =
        JSON.readTree(
                send(
                    "/realms/cardloom/protocol/openid-connect/token",
                    request ->
                        request
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(
                                BodyPublishers.ofString(
                                    "grant_type=client_credentials&client_id=cardloom-provisioning&client_secret="
                                        + keycloak.secrets().provisioning()))))
            .path("access_token")
            .asString();
    String clients = "/admin/realms/cardloom/clients";
    var client =
        (ObjectNode)
            JSON.readTree(
                    send(
                        clients + "?clientId=cardloom-connect",
                        request -> request.header("Authorization", "Bearer " + token)))
                .get(0);
    ((ObjectNode) client.get("attributes")).put("access.token.lifespan", "8");
    send(
        clients + "/" + client.path("id").asString(),
        request ->
            request
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(client.toString())));
  }

  private String send(String path, UnaryOperator<HttpRequest.Builder> with)
      throws IOException, InterruptedException {
    var server = URI.create(keycloak.issuer()).resolve("/").toString();
    var request = with.apply(HttpRequest.newBuilder(URI.create(server + path.substring(1))));
    try (var http = HttpClient.newHttpClient()) {
      var response = http.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new IOException(path + " answered " + response.statusCode() + response.body());
      }
      return response.body();
    }
  }

  private String password(String person) {
    return java.util.Objects.requireNonNull(keycloak.secrets().people().get(person));
  }

  @Override
  public void close() {
    aggregator.close();
    way.close();
    keycloak.close();
    kafka.close();
  }
}
