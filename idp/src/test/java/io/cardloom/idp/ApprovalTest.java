package io.cardloom.idp;

import static io.cardloom.idp.TestClient.claims;
import static io.cardloom.idp.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.cardloom.idp.Browser.Page;
import io.cardloom.idp.realm.Role;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What people see and choose, and what the client gets of it.
final class ApprovalTest {
  private final Browser browser = new Browser();
  private final TestClient client = TestClient.registered();

  @Test
  void oneOfTwoWorkspacesTicked() {
    Page page = client.approvalPage(browser, "alice", Map.of());
    assertThat(page.document().select("input[name=workspace]").eachAttr("value"))
        .containsExactly("demo", "second");
    assertThat(page.document().select("input[name=workspace][checked]").eachAttr("value"))
        .containsExactly("demo");
    assertThat(page.text("#redirect-host")).isEqualTo("127.0.0.1:33418");

    JsonNode claims = claims(client.redeem(TestClient.approve(browser, page, Map.of())));
    assertThat(claims.path("workspaces").toString()).isEqualTo("[\"demo\"]");
    assertThat(claims.path("workspace_roles").toString()).isEqualTo("{\"demo\":[\"admin\"]}");
    assertThat(claims.path("workspace_names").toString()).isEqualTo("{\"demo\":\"Demo\"}");
    assertThat(claims.path("workspace_granted_at").asLong())
        .isCloseTo(System.currentTimeMillis() / 1000, offset(60L));
    assertThat(words(claims, "aud"))
        .containsExactly(TestKeycloak.resource("demo"), "cardloom-aggregator");
    assertThat(words(claims, "scope"))
        .contains("cardloom:read", "cardloom:write", "cardloom:publish");
    assertThat(claims.path("iss").asString()).isEqualTo(TestKeycloak.server().issuer());
    assertThat(claims.path("azp").asString()).isEqualTo(client.clientId());
    assertThat(claims.path("typ").asString()).isEqualTo("Bearer");
    assertThat(claims.path("name").asString()).isEqualTo("Alice Amari");
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(300);
    assertThat(claims.path("sub").asString()).isNotEmpty();
    assertThat(claims.has("cardloom_grant")).isFalse();
  }

  @Test
  void bothTickedIsStillForTheRequestedResourceAlone() {
    JsonNode claims = claims(client.tokens(browser, "alice", "second", "demo", "second"));
    assertThat(claims.path("workspace_roles").toString())
        .isEqualTo("{\"demo\":[\"admin\"],\"second\":[\"viewer\"]}");
    assertThat(words(claims, "aud"))
        .containsExactly(TestKeycloak.resource("second"), "cardloom-aggregator");
  }

  @Test
  void theRequestedWorkspaceUntickedGivesNoAudience() {
    JsonNode claims = claims(client.tokens(browser, "alice", "demo", "second"));
    assertThat(words(claims, "workspaces")).containsExactly("second");
    assertThat(words(claims, "aud")).isEmpty();
  }

  @Test
  void severalRolesInOneWorkspace() {
    JsonNode claims = claims(client.tokens(browser, "carol", "second", "second"));
    assertThat(claims.path("workspace_roles").toString())
        .isEqualTo("{\"second\":[\"modeler\",\"publisher\"]}");
  }

  @Test
  void anUntickedScopeIsNotInTheTokenNorInARefreshThatNamesIt() {
    Page page = client.approvalPage(browser, "alice", Map.of());
    JsonNode tokens =
        client.redeem(TestClient.approve(browser, page, Map.of("scope", List.of("cardloom:read"))));
    assertThat(words(claims(tokens), "scope"))
        .contains("cardloom:read")
        .doesNotContain("cardloom:write", "cardloom:publish");
    var refreshed =
        TestClient.token(
            Map.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                tokens.path("refresh_token").asString(),
                "scope",
                "cardloom:read cardloom:write",
                "client_id",
                client.clientId()));
    assertThat(words(claims(refreshed.body()), "scope")).doesNotContain("cardloom:write");
  }

  @Test
  void noPermissionOrNoWorkspaceAsksAgainAndKeepsWhatWasTicked() {
    Page page = client.approvalPage(browser, "alice", Map.of());
    Page again = TestClient.approve(browser, page, Map.of("workspace", List.of()));
    assertThat(again.text("[role=alert]")).contains("at least one of your workspaces");
    assertThat(again.document().select("input[name=workspace][checked]")).isEmpty();
    Page third =
        TestClient.approve(
            browser, again, Map.of("workspace", List.of("second"), "scope", List.of()));
    assertThat(third.text("[role=alert]")).contains("at least one Cardloom permission");
    assertThat(third.document().select("input[name=workspace][checked]").eachAttr("value"))
        .containsExactly("second");
    assertThat(third.document().select("input[name=scope][checked]")).isEmpty();
  }

  @Test
  void denying() {
    Page page = client.approvalPage(browser, "alice", Map.of());
    Page left = TestClient.approve(browser, page, Map.of("decision", List.of("deny")));
    assertThat(Http.query(left.left()))
        .containsEntry("error", "access_denied")
        .containsEntry("iss", TestKeycloak.server().issuer())
        .containsKey("state")
        .doesNotContainKey("code");
  }

  @Test
  void aForgedFormGetsNoForeignWorkspace() {
    Page page = client.approvalPage(browser, "bob", Map.of());
    Page again = TestClient.approve(browser, page, Map.of("workspace", List.of("demo", "second")));
    assertThat(again.hasLeft()).isFalse();
    assertThat(again.text("[role=alert]")).contains("workspaces");
  }

  @Test
  void aForgedFormGetsNoScopeThatWasNotAskedFor() {
    Page page = client.approvalPage(browser, "bob", Map.of("scope", "cardloom:read"));
    assertThat(page.document().select("input[name=scope]").eachAttr("value"))
        .containsExactly("cardloom:read");
    Page left =
        TestClient.approve(
            browser, page, Map.of("scope", List.of("cardloom:read", "cardloom:publish")));
    assertThat(words(claims(client.redeem(left)), "scope")).doesNotContain("cardloom:publish");
  }

  @Test
  void aWorkspaceOneIsNoMemberOfIsNamedAndGivesNoAudience() {
    Page page =
        client.approvalPage(browser, "bob", Map.of("resource", TestKeycloak.resource("second")));
    assertThat(page.text("[role=alert]")).contains("workspace second");
    Page left = TestClient.approve(browser, page, Map.of("workspace", List.of("demo")));
    assertThat(words(claims(client.redeem(left)), "aud")).isEmpty();
  }

  @Test
  void withoutAWorkspaceThereIsNothingToApprove() {
    Page page = client.approvalPage(browser, "dave", Map.of());
    assertThat(page.text()).contains("not a member of any workspace");
    assertThat(page.document().select("#kc-approve")).isEmpty();
    assertThat(TestClient.approve(browser, page, Map.of("workspace", List.of("demo"))).hasLeft())
        .isFalse();
  }

  @Test
  void aResourceElsewhereIsNoWorkspace() {
    Page page =
        client.approvalPage(browser, "alice", Map.of("resource", "https://evil.example/demo/mcp"));
    assertThat(page.document().select("input[name=workspace][checked]")).isEmpty();
    Page left = TestClient.approve(browser, page, Map.of("workspace", List.of("demo")));
    assertThat(words(claims(client.redeem(left)), "aud")).isEmpty();
  }

  @Test
  void eachRequestIsAskedAboutAlsoWhenSignedIn() {
    client.tokens(browser, "alice", "demo", "demo");
    Page page = browser.open(client.request(Map.of()));
    assertThat(page.document().selectFirst("#cardloom-approval")).isNotNull();
    Page silent = browser.open(client.request(Map.of("prompt", "none")));
    assertThat(Http.query(silent.left())).containsEntry("error", "interaction_required");
  }

  @Test
  void promptConsentAsksOnce() {
    Page page =
        client.approvalPage(
            browser, "alice", Map.of("prompt", "consent", "scope", "cardloom:read offline_access"));
    Page left = TestClient.approve(browser, page, Map.of());
    assertThat(left.left()).contains("code=");
    assertThat(words(claims(client.redeem(left)), "scope")).contains("offline_access");
  }

  @Test
  void whatAClientCallsItselfIsText() {
    var registration = TestClient.registration();
    registration.put("client_name", "<img src=x onerror=alert(1)>\"'&{0}");
    Page page = TestClient.registered(registration).approvalPage(browser, "alice", Map.of());
    assertThat(page.document().select("img")).isEmpty();
    assertThat(page.text("h1")).isEqualTo("<img src=x onerror=alert(1)>\"'&{0} asks for access");
    assertThat(page.text()).contains("The application named itself");
  }

  @Test
  void whatAWorkspaceIsCalledIsText() {
    String workspace = TestKeycloak.newWorkspace() + "-html";
    TestKeycloak.admin().workspaces().create(workspace, "<b>Bold & \"Sons\"</b>");
    String person = TestKeycloak.newPerson(Role.VIEWER, workspace);
    Page page = client.approvalPage(browser, person, Map.of());
    assertThat(page.text("label.choice")).contains("<b>Bold & \"Sons\"</b>");
  }

  @Test
  void theProductsOwnClientIsNotCalledUnverified() {
    Page page = new TestClient("cardloom-dev").approvalPage(browser, "alice", Map.of());
    assertThat(page.text("h1")).startsWith("Cardloom developer client");
    assertThat(page.text()).doesNotContain("named itself");
  }

  @Test
  void theGrantOfOnePersonIsNotTheNextOnes() {
    client.tokens(browser, "alice", "demo", "demo", "second");
    var other = new Browser();
    JsonNode claims = claims(client.tokens(other, "bob", "demo", "demo"));
    assertThat(claims.path("workspace_roles").toString()).isEqualTo("{\"demo\":[\"editor\"]}");
  }
}
