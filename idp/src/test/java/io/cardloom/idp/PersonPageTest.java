package io.cardloom.idp;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.idp.Http.Answer;
import io.cardloom.idp.realm.Role;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What the page of a person can ask of Keycloak, and who cannot.
final class PersonPageTest {
  private static final String ME = TestKeycloak.server().issuer() + "/cardloom/me";

  private final Browser browser = new Browser();
  private final String workspace = TestKeycloak.newWorkspace();
  private final String person = TestKeycloak.newPerson(Role.EDITOR, workspace);
  private final TestClient agent = TestClient.registered();

  @Test
  void workspacesAndApprovalsAreListedAndOneIsTakenBack() {
    JsonNode tokens = agent.tokens(browser, person, workspace, workspace);
    JsonNode page = signedIn();
    JsonNode me = me(page).body();
    assertThat(me.path("name").asString()).isEqualTo("Pat Person");
    assertThat(me.path("workspaces").toString())
        .contains("\"workspace\":\"" + workspace + "\"", "\"roles\":[\"editor\"]");
    assertThat(me.path("approvals")).hasSize(1);
    JsonNode approval = me.path("approvals").get(0);
    assertThat(approval.path("client").asString()).isEqualTo(agent.clientId());
    assertThat(approval.path("name").asString()).isEqualTo("Test Agent");
    assertThat(approval.path("verified").asBoolean()).isFalse();
    assertThat(approval.path("connected").asBoolean()).isTrue();
    assertThat(TestClient.words(approval, "workspaces")).containsExactly(workspace);
    assertThat(TestClient.words(approval, "scopes"))
        .containsExactly("cardloom:publish", "cardloom:read", "cardloom:write");

    Answer gone = delete(page, approval.path("id").asString());
    assertThat(gone.status()).isEqualTo(204);
    assertThat(agent.refresh(tokens).status()).isEqualTo(400);
    assertThat(me(page).body().path("approvals")).isEmpty();
    assertThat(delete(page, approval.path("id").asString()).status()).isEqualTo(404);
  }

  @Test
  void aClientThatWasApprovedCannotLook() {
    JsonNode tokens = agent.tokens(browser, person, workspace, workspace);
    assertThat(me(tokens).status()).isEqualTo(401);
    assertThat(Http.json(Http.get(ME)).status()).isEqualTo(401);
  }

  /// The page's own client asks for no workspace, so nobody has to approve it.
  private JsonNode signedIn() {
    var client = new TestClient("cardloom-connect");
    String redirect = TestKeycloak.BASE + "/oidc/redirect";
    var page =
        client.approvalPage(
            browser, person, Map.of("redirect_uri", redirect, "scope", "openid", "resource", ""));
    assertThat(page.left()).startsWith(redirect);
    Answer answer =
        TestClient.token(
            Map.of(
                "grant_type",
                "authorization_code",
                "code",
                Http.query(page.left()).getOrDefault("code", ""),
                "redirect_uri",
                redirect,
                "code_verifier",
                client.verifier(),
                "client_id",
                "cardloom-connect",
                "client_secret",
                TestKeycloak.server().secrets().connect()));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    JsonNode claims = TestClient.claims(answer.body());
    assertThat(TestClient.words(claims, "aud")).containsExactly("cardloom-connect");
    assertThat(claims.has("workspaces")).isFalse();
    return answer.body();
  }

  private static Answer me(JsonNode tokens) {
    return Http.json(Http.get(ME).header("Authorization", bearer(tokens)));
  }

  private static Answer delete(JsonNode tokens, String id) {
    return Http.json(
        HttpRequest.newBuilder(URI.create(ME + "/approvals/" + id))
            .header("Authorization", bearer(tokens))
            .DELETE());
  }

  private static String bearer(JsonNode tokens) {
    return "Bearer " + tokens.path("access_token").asString();
  }
}
