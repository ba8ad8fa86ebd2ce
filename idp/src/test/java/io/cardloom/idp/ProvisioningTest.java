package io.cardloom.idp;

import static io.cardloom.idp.TestClient.claims;
import static io.cardloom.idp.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.idp.realm.Examples;
import io.cardloom.idp.realm.KeycloakAdmin;
import io.cardloom.idp.realm.People.Member;
import io.cardloom.idp.realm.ProviderRefused;
import io.cardloom.idp.realm.RealmFile;
import io.cardloom.idp.realm.Role;
import io.cardloom.idp.realm.Workspaces.Workspace;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Workspaces, people and machines, kept from outside.
final class ProvisioningTest {
  private final KeycloakAdmin admin = TestKeycloak.admin();

  @Test
  void aNewWorkspaceWithANewPersonIsOnTheApprovalPage() {
    String workspace = TestKeycloak.newWorkspace();
    String person = TestKeycloak.newPerson(Role.MODELER, workspace);
    var page =
        TestClient.registered()
            .approvalPage(
                new Browser(), person, Map.of("resource", TestKeycloak.resource(workspace)));
    assertThat(page.document().select("input[name=workspace][checked]").eachAttr("value"))
        .containsExactly(workspace);
    assertThat(page.text("label.choice .roles")).isEqualTo("Your roles: modeler");
  }

  @Test
  void creatingTwiceIsCreatingOnce() {
    String safename = TestKeycloak.newWorkspace();
    Workspace again = admin.workspaces().create(safename, "Another name");
    assertThat(again).isEqualTo(admin.workspaces().find(safename).orElseThrow());
    assertThat(again.name()).isNotEqualTo("Another name");
    assertThat(admin.workspaces().list().stream().filter(again::equals)).hasSize(1);
  }

  @Test
  void theExamplesAreAsTheirFileSays() {
    Examples.addTo(admin, TestKeycloak.server().secrets().people()); // a second time
    assertThat(admin.people().members("demo"))
        .containsExactly(
            new Member("alice", "Alice Amari", Set.of(Role.ADMIN)),
            new Member("bob", "Bob Berger", Set.of(Role.EDITOR)),
            new Member("milo", "Milo Moss", Set.of(Role.MODELER)),
            new Member("petra", "Petra Pohl", Set.of(Role.PUBLISHER)),
            new Member("viggo", "Viggo Vik", Set.of(Role.VIEWER)));
    assertThat(admin.people().members("second"))
        .containsExactly(
            new Member("alice", "Alice Amari", Set.of(Role.VIEWER)),
            new Member("carol", "Carol Costa", Set.of(Role.MODELER, Role.PUBLISHER)));
    assertThat(admin.workspaces().find("demo")).contains(new Workspace("demo", "Demo", false));
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> admin.workspaces().archive("nowhere"))
        .hasMessageContaining("no workspace nowhere");
    assertThatThrownBy(() -> admin.people().setRoles("nobody", "demo", Set.of(Role.VIEWER)))
        .hasMessageContaining("no person nobody");
    assertThatThrownBy(() -> admin.workspaces().create("No Good", "x"))
        .hasMessageContaining("No Good");
    assertThatThrownBy(() -> Role.named(List.of("owner")))
        .hasMessageContaining("viewer, editor, modeler, publisher, admin");
    assertThat(admin.workspaces().find("nowhere")).isEmpty();
  }

  @Test
  void aRefusalSaysWhatWasAskedAndWhy() {
    String taken = TestKeycloak.newWorkspace();
    String name = admin.workspaces().find(taken).orElseThrow().name();
    assertThatThrownBy(() -> admin.workspaces().create(taken + "-2", name))
        .isInstanceOf(ProviderRefused.class)
        .hasMessageContaining("refused POST /organizations: 409");
    var values = new HashMap<>(TestKeycloak.server().secrets().placeholders(TestKeycloak.BASE));
    values.put(RealmFile.PROVISIONING_SECRET, "wrong");
    URI server = URI.create(TestKeycloak.server().issuer()).resolve("/");
    String base = server.toString().replaceAll("/$", "");
    assertThatThrownBy(() -> KeycloakAdmin.of(URI.create(base), values).workspaces().list())
        .isInstanceOf(ProviderRefused.class)
        .hasMessageContaining("a token for cardloom-provisioning: 401");
  }

  @Test
  void aMachineHasItsOwnWorkspaceAndNoOther() {
    String own = TestKeycloak.newWorkspace();
    var machine =
        admin
            .machines()
            .create(
                "machine-" + own,
                own,
                Set.of(Role.EDITOR),
                List.of("cardloom:read", "cardloom:write"));
    var token = token(machine.clientId(), machine.secret(), own, "cardloom:read");
    assertThat(token.body().has("refresh_token")).isFalse();
    var claims = claims(token.body());
    assertThat(claims.path("workspace_roles").toString())
        .isEqualTo("{\"%s\":[\"editor\"]}".formatted(own));
    assertThat(words(claims, "aud")).contains(TestKeycloak.resource(own));
    assertThat(words(claims, "scope")).contains("cardloom:read").doesNotContain("cardloom:write");

    var elsewhere = token(machine.clientId(), machine.secret(), "demo", "cardloom:read");
    assertThat(words(claims(elsewhere.body()), "aud")).isEmpty();
    var tooMuch = token(machine.clientId(), machine.secret(), own, "cardloom:publish");
    assertThat(tooMuch.body().path("error").asString()).isEqualTo("invalid_scope");
    assertThat(admin.people().members(own))
        .extracting(Member::username)
        .containsExactly("service-account-" + machine.clientId());

    admin.machines().remove(machine.clientId());
    assertThat(token(machine.clientId(), machine.secret(), own, "cardloom:read").status())
        .isEqualTo(401);
  }

  private static Http.Answer token(String client, String secret, String workspace, String scope) {
    return TestClient.token(
        Map.of(
            "grant_type", "client_credentials",
            "client_id", client,
            "client_secret", secret,
            "scope", scope,
            "resource", TestKeycloak.resource(workspace)));
  }
}
