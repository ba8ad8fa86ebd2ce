package io.cardloom.idp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What clients find out by themselves, and who may register.
final class RegistrationTest {
  private static final String ISSUER = TestKeycloak.server().issuer();

  @Test
  void theMetadataIsWhereClientsLook() {
    URI issuer = URI.create(ISSUER);
    String inserted =
        issuer.resolve("/.well-known/oauth-authorization-server" + issuer.getPath()).toString();
    for (String url : List.of(inserted, ISSUER + "/.well-known/openid-configuration")) {
      JsonNode metadata = Http.json(Http.get(url)).body();
      assertThat(metadata.path("issuer").asString()).isEqualTo(ISSUER);
      assertThat(TestClient.words(metadata, "code_challenge_methods_supported")).contains("S256");
      assertThat(metadata.path("authorization_response_iss_parameter_supported").asBoolean())
          .isTrue();
      assertThat(metadata.path("registration_endpoint").asString())
          .isEqualTo(ISSUER + "/clients-registrations/openid-connect");
      assertThat(metadata.has("client_id_metadata_document_supported")).isFalse();
      assertThat(TestClient.words(metadata, "scopes_supported"))
          .containsExactlyInAnyOrder(
              "openid",
              "profile",
              "email",
              "offline_access",
              "cardloom:read",
              "cardloom:write",
              "cardloom:publish");
    }
  }

  @Test
  void theTokensKeyIsInTheKeySet() {
    JsonNode tokens = TestClient.registered().tokens(new Browser(), "alice", "demo", "demo");
    String header = tokens.path("access_token").asString().split("\\.")[0];
    JsonNode kid = Http.JSON.readTree(java.util.Base64.getUrlDecoder().decode(header)).path("kid");
    JsonNode keys = Http.json(Http.get(TestKeycloak.server().jwks())).body().path("keys");
    assertThat(keys.valueStream().map(key -> key.path("kid")).toList()).contains(kid);
  }

  /// A client that registers with the scope of its first challenge may ask for more later.
  @Test
  void aRegistrationWithAScopeMayStillStepUp() {
    ObjectNode registration = TestClient.registration();
    registration.put("scope", "cardloom:read offline_access");
    TestClient client = TestClient.registered(registration);
    var page = client.approvalPage(new Browser(), "alice", Map.of("scope", "cardloom:publish"));
    assertThat(page.document().select("input[name=scope]").eachAttr("value"))
        .containsExactly("cardloom:publish");
  }

  static Stream<String> otherWays() {
    return Stream.of(
        "client_credentials",
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:openid:params:grant-type:ciba",
        "urn:ietf:params:oauth:grant-type:token-exchange");
  }

  @ParameterizedTest
  @MethodSource("otherWays")
  void aConfidentialClientWithAnotherWayToATokenIsRefused(String grantType) {
    ObjectNode registration = TestClient.registration();
    registration.put("token_endpoint_auth_method", "client_secret_basic");
    registration.putArray("grant_types").add("authorization_code").add(grantType);
    if (grantType.equals("implicit")) registration.putArray("response_types").add("id_token");
    var answer = TestClient.register(registration);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(403);
    assertThat(answer.body().path("error_description").asString())
        .contains("only authorization_code");
  }

  @Test
  void aRegisteredClientCannotTurnIntoAMachineLater() {
    ObjectNode registration = TestClient.registration();
    registration.put("token_endpoint_auth_method", "client_secret_basic");
    JsonNode registered = TestClient.register(registration).body();
    ObjectNode update = registration.deepCopy();
    update.put("client_id", registered.path("client_id").asString());
    update.putArray("grant_types").add("client_credentials");
    var answer =
        Http.json(
            HttpRequest.newBuilder(
                    URI.create(registered.path("registration_client_uri").asString()))
                .header(
                    "Authorization",
                    "Bearer " + registered.path("registration_access_token").asString())
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(update.toString())));
    assertThat(answer.status()).isEqualTo(403);
  }

  /// A confidential client that acts for a person is welcome, and held to PKCE like a public one.
  @Test
  void aConfidentialClientNeedsPkceToo() {
    ObjectNode registration = TestClient.registration();
    registration.put("token_endpoint_auth_method", "client_secret_basic");
    TestClient client = TestClient.registered(registration);
    var page =
        new Browser()
            .open(client.request(Map.of("code_challenge", "", "code_challenge_method", "")));
    assertThat(Http.query(page.left())).containsEntry("error", "invalid_request");
  }

  @Test
  void plainPkceIsRefused() {
    TestClient client = TestClient.registered();
    var page =
        new Browser()
            .open(
                client.request(
                    Map.of(
                        "code_challenge",
                        "plain-challenge-plain-challenge-plain-challenge",
                        "code_challenge_method",
                        "plain")));
    assertThat(Http.query(page.left()))
        .containsEntry("error", "invalid_request")
        .containsEntry("iss", ISSUER);
  }

  @Test
  void aWrongVerifierIsRefused() {
    TestClient client = TestClient.registered();
    var browser = new Browser();
    var page = client.approvalPage(browser, "alice", Map.of());
    var left = TestClient.approve(browser, page, Map.of());
    var answer =
        TestClient.token(
            Map.of(
                "grant_type",
                "authorization_code",
                "code",
                Http.query(left.left()).getOrDefault("code", ""),
                "redirect_uri",
                TestClient.REDIRECT,
                "code_verifier",
                "another-verifier-another-verifier-another-verifier",
                "client_id",
                client.clientId()));
    assertThat(answer.body().path("error").asString()).isEqualTo("invalid_grant");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example/callback", "http://10.0.0.1/callback"})
  void aForeignRedirectIsRefused(String redirect) {
    ObjectNode registration = TestClient.registration();
    registration.putArray("redirect_uris").add(redirect);
    assertThat(TestClient.register(registration).status()).isEqualTo(403);
  }

  @Test
  void anUnknownScopeIsRefused() {
    ObjectNode registration = TestClient.registration();
    registration.put("scope", "cardloom:everything");
    assertThat(TestClient.register(registration).status()).isEqualTo(403);
  }

  /// Keycloak's own form of registration could set what the standard one cannot.
  @Test
  void thereIsOneWayToRegister() {
    ObjectNode client = Http.JSON.createObjectNode();
    client.put("clientId", "sneaky").put("publicClient", true);
    client.putArray("redirectUris").add(TestClient.REDIRECT);
    client.putObject("attributes").put("access.token.lifespan", "31536000");
    var answer = Http.json(Http.post(ISSUER + "/clients-registrations/default", client));
    assertThat(answer.status()).isEqualTo(403);
  }
}
