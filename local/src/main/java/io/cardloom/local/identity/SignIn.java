package io.cardloom.local.identity;

import io.cardloom.local.Refusal;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Signs an example person in on the provider's own pages, as they would in a browser, and approves
/// one workspace for this command line.
///
/// @param issuer of the tokens
/// @param publicBase the aggregator's URL without a path; begins every audience
public record SignIn(String issuer, String publicBase, Clock clock) {
  /// Everything a client can ask for; the person's role narrows it.
  public static final List<String> SCOPES =
      List.of("cardloom:read", "cardloom:write", "cardloom:publish");

  /// The client that the realm has for programs on the developer's own computer.
  private static final String CLIENT = "cardloom-dev";

  /// Nothing listens there: the redirect is read, not followed.
  private static final String REDIRECT = "http://127.0.0.1/cardloom";

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Refuses a scope that is none of ours.
  public static void checkScopes(List<String> scopes) {
    for (var scope : scopes) {
      if (!SCOPES.contains(scope)) {
        throw new Refusal(
            "There is no scope " + scope + ". There are: " + String.join(", ", SCOPES) + ".");
      }
    }
  }

  /// New tokens. Refuses a wrong password, and a workspace that the person is no member of.
  public Tokens as(ExamplePerson person, String workspace, List<String> scopes) {
    try (var pages = new Pages(issuer)) {
      var verifier = secret();
      var page = pages.open(authorization(workspace, scopes, verifier));
      page = pages.submit(page, "#kc-form-login", Map.of("username", List.of(person.username())));
      page = pages.submit(page, "#kc-form-login", Map.of("password", List.of(person.password())));
      if (!page.has("#cardloom-approval")) {
        throw new Refusal(
            "Signing in as " + person.username() + " failed: " + page.document().body().text());
      }
      var memberOf = page.document().select("input[name=workspace]").eachAttr("value");
      if (!memberOf.contains(workspace)) {
        throw new Refusal(
            "%s is not a member of the workspace %s%s."
                .formatted(
                    person.username(),
                    workspace,
                    memberOf.isEmpty()
                        ? ", nor of any other"
                        : ", but of " + String.join(", ", memberOf)));
      }
      page =
          pages.submit(
              page,
              "#cardloom-approval",
              Map.of("workspace", List.of(workspace), "decision", List.of("approve")));
      var code = query(page.left()).get("code");
      if (code == null) {
        throw new Refusal("The identity provider gave no code: " + page.left());
      }
      return redeem(
          pages,
          Map.of(
              "grant_type", "authorization_code",
              "code", code,
              "redirect_uri", REDIRECT,
              "code_verifier", verifier,
              "client_id", CLIENT));
    }
  }

  /// Tokens instead of these. Refuses when the provider does not take the refresh token any more.
  public Tokens renewed(Tokens before) {
    try (var pages = new Pages(issuer)) {
      return redeem(
          pages,
          Map.of(
              "grant_type",
              "refresh_token",
              "refresh_token",
              before.refresh(),
              "client_id",
              CLIENT));
    }
  }

  private String authorization(String workspace, List<String> scopes, String verifier) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("response_type", "code");
    fields.put("client_id", CLIENT);
    fields.put("redirect_uri", REDIRECT);
    fields.put("scope", String.join(" ", scopes));
    fields.put("state", secret());
    fields.put("resource", publicBase + "/" + workspace + "/mcp");
    fields.put("code_challenge", challenge(verifier));
    fields.put("code_challenge_method", "S256");
    return issuer + "/protocol/openid-connect/auth?" + Pages.form(fields);
  }

  private Tokens redeem(Pages pages, Map<String, String> fields) {
    var now = clock.instant();
    var response = pages.post(issuer + "/protocol/openid-connect/token", fields);
    var answer = json(response.body());
    if (response.statusCode() != 200) {
      throw new Refusal(
          "The identity provider gave no token: "
              + answer.path("error_description").asString(answer.path("error").asString("")));
    }
    return new Tokens(
        answer.path("access_token").asString(),
        answer.path("refresh_token").asString(""),
        now.plusSeconds(answer.path("expires_in").asLong()));
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException _) {
      return JSON.missingNode();
    }
  }

  private static Map<String, String> query(String url) {
    var query = url.isEmpty() ? null : URI.create(url).getRawQuery();
    return Stream.of(query == null ? new String[0] : query.split("&"))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .collect(
            Collectors.toMap(
                pair -> pair[0],
                pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8),
                (first, _) -> first));
  }

  private static String secret() {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String challenge(String verifier) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }
}
