package io.cardloom.idp.realm;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Keycloak's admin API for one realm. Paths are below `/admin/realms/{realm}`.
final class AdminApi {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Duration ANSWER_WAIT = Duration.ofSeconds(60);

  /// A token is renewed this long before it ends.
  private static final Duration TOKEN_MARGIN = Duration.ofSeconds(20);

  private static final int PAGE = 100;

  /// Longest list that is read, in pages.
  private static final int PAGES_MAX = 200;

  private static final int REASON_CHARS_MAX = 500;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_WAIT).build();
  private final URI server;
  private final String realm;
  private final String clientId;
  private final String secret;
  private @Nullable String token;
  private Instant tokenEnd = Instant.EPOCH;

  AdminApi(URI server, String realm, String clientId, String secret) {
    this.server = server;
    this.realm = realm;
    this.clientId = clientId;
    this.secret = secret;
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) {
    return find(path).orElseThrow(() -> new ProviderRefused("Keycloak has no " + path));
  }

  /// Empty where there is none.
  Optional<JsonNode> find(String path) {
    var response = send("GET", path, null);
    if (response.statusCode() == 404) return Optional.empty();
    return Optional.of(parse(expect(response, "GET", path).body()));
  }

  /// A whole list, page by page.
  List<JsonNode> list(String path) {
    var items = new ArrayList<JsonNode>();
    for (int page = 0; page < PAGES_MAX; page++) {
      String window = "first=" + page * PAGE + "&max=" + PAGE;
      JsonNode part = get(path + (path.contains("?") ? "&" : "?") + window);
      part.forEach(items::add);
      if (part.size() < PAGE) return items;
    }
    throw new ProviderRefused("there are more than " + PAGES_MAX * PAGE + " in " + path);
  }

  /// Returns the id of what was created.
  String create(String path, JsonNode body) {
    var response = expect(send("POST", path, body), "POST", path);
    String location = response.headers().firstValue("Location").orElse("");
    return location.substring(location.lastIndexOf('/') + 1);
  }

  void post(String path, JsonNode body) {
    expect(send("POST", path, body), "POST", path);
  }

  void put(String path, @Nullable JsonNode body) {
    expect(send("PUT", path, body), "PUT", path);
  }

  void delete(String path) {
    expect(send("DELETE", path, null), "DELETE", path);
  }

  private HttpResponse<String> send(String method, String path, @Nullable JsonNode body) {
    var request =
        HttpRequest.newBuilder(URI.create(server + "/admin/realms/" + realm + path))
            .timeout(ANSWER_WAIT)
            .header("Authorization", "Bearer " + token())
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
    return send(request.build());
  }

  private synchronized String token() {
    String known = token;
    if (known != null && Instant.now().isBefore(tokenEnd)) return known;
    String form =
        "grant_type=client_credentials&client_id="
            + encode(clientId)
            + "&client_secret="
            + encode(secret);
    var request =
        HttpRequest.newBuilder(
                URI.create(server + "/realms/" + realm + "/protocol/openid-connect/token"))
            .timeout(ANSWER_WAIT)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build();
    JsonNode answer = parse(expect(send(request), "a token for", clientId).body());
    String fresh = answer.path("access_token").asString();
    token = fresh;
    tokenEnd = Instant.now().plusSeconds(answer.path("expires_in").asLong()).minus(TOKEN_MARGIN);
    return fresh;
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException unreachable) {
      throw new ProviderRefused("Keycloak at " + server + " does not answer", unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProviderRefused("interrupted while asking Keycloak", interrupted);
    }
  }

  private static HttpResponse<String> expect(
      HttpResponse<String> response, String method, String what) {
    if (response.statusCode() / 100 == 2) return response;
    throw new ProviderRefused(
        "Keycloak refused %s %s: %d %s"
            .formatted(method, what, response.statusCode(), reason(response.body())));
  }

  /// Keycloak's own sentence where the answer has one.
  private static String reason(String body) {
    String reason = body;
    try {
      JsonNode answer = JSON.readTree(body);
      for (String key : List.of("errorMessage", "error_description", "error")) {
        if (answer.path(key).isString()) {
          reason = answer.path(key).asString();
          break;
        }
      }
    } catch (JacksonException notJson) {
      // the body itself, then
    }
    return reason.length() > REASON_CHARS_MAX ? reason.substring(0, REASON_CHARS_MAX) : reason;
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException broken) {
      throw new ProviderRefused("Keycloak's answer is no JSON", broken);
    }
  }
}
