package io.cardloom.idp;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.idp.Browser.Page;
import io.cardloom.idp.Http.Answer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A client as agents have it: it registers itself, sends the person to approve, redeems the code.
final class TestClient {
  static final String REDIRECT = "http://127.0.0.1:33418/callback";
  private static final String EVERYTHING = "cardloom:read cardloom:write cardloom:publish";

  private static final Map<String, Object> ONE_AT_A_TIME = new ConcurrentHashMap<>();

  private final String clientId;
  private String verifier = "";

  TestClient(String clientId) {
    this.clientId = clientId;
  }

  /// What a usual client sends to register.
  static ObjectNode registration() {
    ObjectNode registration = Http.JSON.createObjectNode();
    registration.put("client_name", "Test Agent").put("token_endpoint_auth_method", "none");
    registration.putArray("redirect_uris").add(REDIRECT);
    registration.putArray("grant_types").add("authorization_code").add("refresh_token");
    registration.putArray("response_types").add("code");
    return registration;
  }

  static Answer register(JsonNode registration) {
    return Http.json(
        Http.post(
            TestKeycloak.server().issuer() + "/clients-registrations/openid-connect",
            registration));
  }

  static TestClient registered() {
    return registered(registration());
  }

  static TestClient registered(JsonNode registration) {
    Answer answer = register(registration);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
    return new TestClient(answer.body().path("client_id").asString());
  }

  String clientId() {
    return clientId;
  }

  /// A new request, with S256 unless `changes` say otherwise; an empty value leaves one out.
  String request(Map<String, String> changes) {
    verifier = UUID.randomUUID() + "-" + UUID.randomUUID();
    var fields = new LinkedHashMap<String, String>();
    fields.put("response_type", "code");
    fields.put("client_id", clientId);
    fields.put("redirect_uri", REDIRECT);
    fields.put("scope", EVERYTHING);
    fields.put("state", "s-" + UUID.randomUUID());
    fields.put("resource", TestKeycloak.resource("demo"));
    fields.put("code_challenge", challenge(verifier));
    fields.put("code_challenge_method", "S256");
    fields.putAll(changes);
    fields.values().removeIf(String::isEmpty);
    return endpoint("auth") + "?" + Http.encoded(fields);
  }

  /// Signs somebody in who is not yet, up to the approval page.
  Page approvalPage(Browser browser, String username, Map<String, String> changes) {
    Page page = browser.open(request(changes));
    if (page.hasLeft() || page.document().selectFirst("#kc-form-login") == null) return page;
    return signIn(browser, page, username, TestKeycloak.password(username));
  }

  /// Keycloak takes two sign-ins of one person at the same moment for an attack.
  static Page signIn(Browser browser, Page page, String username, String password) {
    Page next = browser.submit(page, "#kc-form-login", Map.of("username", List.of(username)));
    synchronized (ONE_AT_A_TIME.computeIfAbsent(username, name -> new Object())) {
      return browser.submit(next, "#kc-form-login", Map.of("password", List.of(password)));
    }
  }

  /// The way to a token with these workspaces ticked, everything else as the page has it.
  JsonNode tokens(Browser browser, String username, String resource, String... workspaces) {
    Page page =
        approvalPage(browser, username, Map.of("resource", TestKeycloak.resource(resource)));
    return redeem(approve(browser, page, Map.of("workspace", List.of(workspaces))));
  }

  static Page approve(Browser browser, Page page, Map<String, List<String>> fields) {
    var all = new LinkedHashMap<>(fields);
    all.putIfAbsent("decision", List.of("approve"));
    return browser.submit(page, "#cardloom-approval", all);
  }

  JsonNode redeem(Page page) {
    return redeem(page, verifier);
  }

  JsonNode redeem(Page page, String withVerifier) {
    assertThat(page.left()).as(page.text()).contains("code=");
    Answer answer =
        token(
            Map.of(
                "grant_type", "authorization_code",
                "code", Http.query(page.left()).getOrDefault("code", ""),
                "redirect_uri", REDIRECT,
                "code_verifier", withVerifier,
                "client_id", clientId));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body();
  }

  String verifier() {
    return verifier;
  }

  Answer refresh(JsonNode tokens) {
    return token(
        Map.of(
            "grant_type",
            "refresh_token",
            "refresh_token",
            tokens.path("refresh_token").asString(),
            "client_id",
            clientId));
  }

  static Answer token(Map<String, String> fields) {
    return Http.json(Http.form(endpoint("token"), fields));
  }

  static String endpoint(String name) {
    return TestKeycloak.server().issuer() + "/protocol/openid-connect/" + name;
  }

  /// The claims of an access token.
  static JsonNode claims(JsonNode tokens) {
    String payload = tokens.path("access_token").asString().split("\\.")[1];
    return Http.JSON.readTree(Base64.getUrlDecoder().decode(payload));
  }

  static List<String> words(JsonNode claims, String name) {
    JsonNode claim = claims.path(name);
    if (claim.isString()) return List.of(claim.asString().split(" "));
    return claim.valueStream().map(JsonNode::asString).toList();
  }

  static String challenge(String verifier) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
