package io.cardloom.idp.provider;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.GroupModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.OrganizationModel;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.organization.OrganizationProvider;

/// Which workspaces a person may open now, and with which roles.
final class Workspaces {
  /// Realm attribute: public base of the resource servers, such as `https://mcp.example.com`.
  static final String BASE = "cardloom.resource.base";

  /// Attribute of the client scopes that open a workspace and so need one to be chosen.
  private static final String BOUND = "cardloom.workspace.bound";

  private static final List<String> ROLES =
      List.of("viewer", "editor", "modeler", "publisher", "admin");
  private static final Pattern SAFENAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private Workspaces() {}

  /// @param name for people
  /// @param roles from the least to the most, as above
  record Membership(String workspace, String name, List<String> roles) {}

  /// By safename. Archived workspaces are not among them.
  static SortedMap<String, Membership> of(KeycloakSession session, UserModel person) {
    var organizations = session.getProvider(OrganizationProvider.class);
    var memberships = new TreeMap<String, Membership>();
    organizations
        .getByMember(person)
        .filter(OrganizationModel::isEnabled)
        .forEach(one -> {
          var groups =
              organizations
                  .getOrganizationGroupsByMember(one, person)
                  .map(GroupModel::getName)
                  .toList();
          memberships.put(
              one.getAlias(),
              new Membership(
                  one.getAlias(), one.getName(), ROLES.stream().filter(groups::contains).toList()));
        });
    return memberships;
  }

  static boolean isBound(ClientScopeModel scope) {
    return "true".equals(scope.getAttribute(BOUND));
  }

  /// The workspace that a resource names, or [Grant#NONE]: `{base}/{workspace}/mcp`.
  static String target(RealmModel realm, @Nullable String resource) {
    String base = realm.getAttribute(BASE);
    if (base == null || resource == null) return Grant.NONE;
    if (!resource.startsWith(base + "/") || !resource.endsWith("/mcp")) return Grant.NONE;
    int from = base.length() + 1;
    int to = resource.length() - "/mcp".length();
    if (from > to) return Grant.NONE;
    String name = resource.substring(from, to);
    return SAFENAME.matcher(name).matches() ? name : Grant.NONE;
  }

  static String resource(RealmModel realm, String workspace) {
    return realm.getAttribute(BASE) + "/" + workspace + "/mcp";
  }
}
