package io.cardloom.idp;

import static io.cardloom.idp.TestClient.claims;
import static io.cardloom.idp.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.idp.Browser.Page;
import io.cardloom.idp.realm.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A grant over its life: refreshed, beside others, taken back.
final class GrantTest {
  private final Browser browser = new Browser();
  private final TestClient client = TestClient.registered();

  @Test
  void aSecondGrantOfTheSameClientLeavesTheFirstAlone() {
    JsonNode first = client.tokens(browser, "alice", "demo", "demo");
    JsonNode second = client.tokens(browser, "alice", "second", "second");

    for (int round = 0; round < 2; round++) {
      first = client.refresh(first).body();
      assertThat(words(claims(first), "workspaces")).containsExactly("demo");
      assertThat(words(claims(first), "aud")).contains(TestKeycloak.resource("demo"));
      second = client.refresh(second).body();
      assertThat(words(claims(second), "workspaces")).containsExactly("second");
      assertThat(words(claims(second), "aud"))
          .contains(TestKeycloak.resource("second"))
          .doesNotContain(TestKeycloak.resource("demo"));
    }
  }

  @Test
  void theSameWithOfflineAccess() {
    var offline = Map.of("scope", "cardloom:read offline_access");
    Page page = client.approvalPage(browser, "alice", offline);
    JsonNode first = client.redeem(TestClient.approve(browser, page, Map.of()));
    JsonNode second = client.tokens(browser, "alice", "second", "second");
    assertThat(words(claims(second), "workspaces")).containsExactly("second");
    JsonNode refreshed = client.refresh(first).body();
    assertThat(words(claims(refreshed), "workspaces")).containsExactly("demo");
    assertThat(words(claims(refreshed), "aud")).contains(TestKeycloak.resource("demo"));
  }

  @Test
  void aCodeWhoseApprovalWasOvertakenGrantsNothing() {
    Page firstPage = client.approvalPage(browser, "alice", Map.of());
    Page first = TestClient.approve(browser, firstPage, Map.of("workspace", List.of("demo")));
    String firstVerifier = client.verifier();
    Page secondPage = browser.open(client.request(Map.of()));
    Page second =
        TestClient.approve(browser, secondPage, Map.of("workspace", List.of("demo", "second")));

    JsonNode overtaken = claims(client.redeem(first, firstVerifier));
    assertThat(words(overtaken, "workspaces")).isEmpty();
    assertThat(words(overtaken, "aud")).isEmpty();
    assertThat(words(claims(client.redeem(second)), "workspaces"))
        .containsExactly("demo", "second");
  }

  @Test
  void aReplayedRefreshTokenIsRefusedAndEndsTheNewestToo() {
    JsonNode first = client.tokens(browser, "alice", "demo", "demo");
    JsonNode second = client.refresh(first).body();
    assertThat(client.refresh(first).body().path("error").asString()).isEqualTo("invalid_grant");
    assertThat(client.refresh(second).status()).isEqualTo(400);
  }

  @Test
  void aRemovedMemberLosesTheWorkspaceAtTheNextToken() {
    String own = TestKeycloak.newWorkspace();
    String other = TestKeycloak.newWorkspace();
    String person = TestKeycloak.newPerson(Role.EDITOR, own, other);
    JsonNode tokens = client.tokens(browser, person, own, own, other);
    assertThat(words(claims(tokens), "workspaces")).containsExactlyInAnyOrder(own, other);

    TestKeycloak.admin().people().remove(person, own);
    JsonNode after = claims(client.refresh(tokens).body());
    assertThat(words(after, "workspaces")).containsExactly(other);
    assertThat(words(after, "aud")).isEmpty();
  }

  @Test
  void aChangedRoleCountsAtTheNextToken() {
    String own = TestKeycloak.newWorkspace();
    String person = TestKeycloak.newPerson(Role.ADMIN, own);
    JsonNode tokens = client.tokens(browser, person, own, own);
    TestKeycloak.admin().people().setRoles(person, own, EnumSet.of(Role.VIEWER, Role.PUBLISHER));
    assertThat(claims(client.refresh(tokens).body()).path("workspace_roles").toString())
        .isEqualTo("{\"%s\":[\"viewer\",\"publisher\"]}".formatted(own));
  }

  @Test
  void anArchivedWorkspaceIsGoneUntilItIsReopened() {
    String own = TestKeycloak.newWorkspace();
    String person = TestKeycloak.newPerson(Role.EDITOR, own);
    JsonNode tokens = client.tokens(browser, person, own, own);
    TestKeycloak.admin().workspaces().archive(own);
    tokens = client.refresh(tokens).body();
    assertThat(words(claims(tokens), "workspaces")).isEmpty();
    assertThat(words(claims(tokens), "aud")).isEmpty();
    TestKeycloak.admin().workspaces().reopen(own);
    tokens = client.refresh(tokens).body();
    assertThat(claims(tokens).path("workspace_roles").toString())
        .isEqualTo("{\"%s\":[\"editor\"]}".formatted(own));
  }

  @Test
  void theAggregatorIsToldWhenATokenIsRevoked() {
    JsonNode tokens = client.tokens(browser, "alice", "demo", "demo");
    assertThat(introspect(tokens)).isTrue();
    var revoked =
        Http.send(
            Http.form(
                TestClient.endpoint("revoke"),
                Map.of(
                    "token", tokens.path("refresh_token").asString(),
                    "client_id", client.clientId())));
    assertThat(revoked.statusCode()).isEqualTo(200);
    assertThat(introspect(tokens)).isFalse();
    assertThat(client.refresh(tokens).status()).isEqualTo(400);
  }

  private static boolean introspect(JsonNode tokens) {
    var answer =
        Http.json(
            Http.form(
                TestClient.endpoint("token/introspect"),
                Map.of(
                    "token", tokens.path("access_token").asString(),
                    "client_id", "cardloom-aggregator",
                    "client_secret", TestKeycloak.server().secrets().aggregator())));
    return answer.body().path("active").asBoolean();
  }
}
