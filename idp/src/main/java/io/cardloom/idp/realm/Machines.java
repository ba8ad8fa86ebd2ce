package io.cardloom.idp.realm;

import java.util.Collection;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Agents and builds that sign in without a person, by client credentials. What one may do is the
/// roles of its own account in one workspace, narrowed by the scopes it may ask for.
public final class Machines {
  private final AdminApi api;
  private final People people;

  Machines(AdminApi api, People people) {
    this.api = api;
    this.people = people;
  }

  /// What the machine signs in with. The secret is told this once.
  public record Credentials(String clientId, String secret) {}

  /// Makes one. Refuses a client id that is taken.
  public Credentials create(
      String clientId, String workspace, Set<Role> roles, Collection<String> scopes) {
    if (!clientId.matches("[a-z0-9][a-z0-9-]{0,99}")) {
      throw new IllegalArgumentException(
          "A machine is named by 1 to 100 of a-z, 0-9 and -, not by " + clientId);
    }
    ObjectNode client = AdminApi.JSON.createObjectNode();
    client
        .put("clientId", clientId)
        .put("publicClient", false)
        .put("standardFlowEnabled", false)
        .put("directAccessGrantsEnabled", false)
        .put("serviceAccountsEnabled", true)
        .put("fullScopeAllowed", false);
    client.putArray("defaultClientScopes").add("basic").add("service_account");
    var optional = client.putArray("optionalClientScopes");
    scopes.forEach(optional::add);
    String path = "/clients/" + api.create("/clients", client);
    JsonNode account = api.get(path + "/service-account-user");
    people.setRolesOf(account.path("id").asString(), workspace, roles);
    return new Credentials(clientId, api.get(path + "/client-secret").path("value").asString());
  }

  /// Ends it: no further token.
  public void remove(String clientId) {
    for (JsonNode client : api.get("/clients?clientId=" + AdminApi.encode(clientId))) {
      if (!client.path("serviceAccountsEnabled").asBoolean()) {
        throw new IllegalArgumentException(clientId + " is no machine");
      }
      api.delete("/clients/" + client.path("id").asString());
    }
  }
}
