package io.cardloom.idp;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.idp.realm.RealmStep;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A realm that is behind is brought up to date, once. Alone: it changes what others use.
@Isolated
final class RealmStepTest {
  private final RealmStep step = TestKeycloak.admin().realm();

  @Test
  void aRealmFreshFromTheFileNeedsNothing() {
    assertThat(step.bringUpToDate()).isEmpty();
  }

  @Test
  void whatIsMissingOrDifferentComesBackAndTheRestStays() {
    ObjectNode realm = (ObjectNode) get("");
    realm.put("accessTokenLifespan", 900).put("displayName", "Changed");
    ((ObjectNode) realm.path("attributes")).remove("cardloom.resource.client");
    ((ObjectNode) realm.path("attributes")).put("added.by.an.administrator", "stays");
    send("PUT", "", realm);
    send("DELETE", "/client-scopes/" + id("/client-scopes", "name", "cardloom:publish"), null);
    send("DELETE", "/authentication/required-actions/cardloom-approval", null);
    String policies =
        "/components?type=org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy";
    send("DELETE", "/components/" + id(policies, "name", "Cardloom Open Clients"), null);
    ObjectNode hosts = find(policies, "name", "Trusted Hosts");
    ((ObjectNode) hosts.path("config")).putArray("trusted-hosts").add("agents.example");
    send("PUT", "/components/" + hosts.path("id").asString(), hosts);
    send("PUT", "/client-policies/policies", Http.JSON.readTree("{\"policies\":[]}"));
    send("DELETE", "/clients/" + id("/clients", "clientId", "cardloom-dev"), null);

    assertThat(step.bringUpToDate())
        .contains(
            "settings of the realm",
            "client scope cardloom:publish",
            "default-optional-client-scopes cardloom:publish",
            "required action cardloom-approval",
            "anonymous policy Cardloom Open Clients",
            "anonymous policy Trusted Hosts",
            "client policies",
            "client cardloom-dev");
    assertThat(step.bringUpToDate()).isEmpty();

    JsonNode after = get("");
    assertThat(after.path("accessTokenLifespan").asInt()).isEqualTo(300);
    assertThat(after.path("displayName").asString()).isEqualTo("Cardloom");
    assertThat(after.path("attributes").path("added.by.an.administrator").asString())
        .isEqualTo("stays");
    assertThat(after.path("attributes").path("cardloom.resource.client").asString())
        .isEqualTo("cardloom-aggregator");
    assertThat(find(policies, "name", "Trusted Hosts").path("config").toString())
        .contains("agents.example", "claude.ai");

    var client = TestClient.registered();
    JsonNode tokens = client.tokens(new Browser(), "alice", "demo", "demo");
    assertThat(TestClient.words(TestClient.claims(tokens), "scope")).contains("cardloom:publish");
  }

  @Test
  void onlyIdleClientsThatRegisteredThemselvesAreRemoved() {
    var idle = TestClient.registered();
    var used = TestClient.registered();
    JsonNode tokens = used.tokens(new Browser(), "alice", "demo", "demo");
    assertThat(step.removeIdleClients(Duration.ofDays(30))).isZero();
    assertThat(step.removeIdleClients(Duration.ofSeconds(-5))).isPositive();
    assertThat(get("/clients?clientId=" + idle.clientId())).isEmpty();
    assertThat(get("/clients?clientId=cardloom-dev")).hasSize(1);
    assertThat(used.refresh(tokens).status()).isEqualTo(200);
  }

  private static String id(String path, String key, String name) {
    return find(path, key, name).path("id").asString();
  }

  private static ObjectNode find(String path, String key, String name) {
    return (ObjectNode)
        get(path)
            .valueStream()
            .filter(one -> one.path(key).asString().equals(name))
            .findFirst()
            .orElseThrow();
  }

  private static JsonNode get(String path) {
    return Http.json(request(path)).body();
  }

  private static void send(
      String method, String path, @org.jspecify.annotations.Nullable JsonNode body) {
    var publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
    var response =
        Http.send(
            request(path).header("Content-Type", "application/json").method(method, publisher));
    assertThat(response.statusCode() / 100).as(response.body()).isEqualTo(2);
  }

  private static HttpRequest.Builder request(String path) {
    var token =
        TestClient.token(
            Map.of(
                "grant_type", "client_credentials",
                "client_id", "cardloom-provisioning",
                "client_secret", TestKeycloak.server().secrets().provisioning()));
    String url = TestKeycloak.server().issuer().replace("/realms/", "/admin/realms/") + path;
    return HttpRequest.newBuilder(URI.create(url))
        .header("Authorization", "Bearer " + token.body().path("access_token").asString());
  }
}
