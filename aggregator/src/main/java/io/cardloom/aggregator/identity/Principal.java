package io.cardloom.aggregator.identity;

import io.cardloom.kit.call.Caller;
import io.cardloom.proto.Permission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A person or application in one workspace, as a verified token tells it.
///
/// @param workspace safename, the tenant
/// @param organization name of the workspace at the identity provider, for people
/// @param name for people; the subject where the token has none
/// @param client what the token was given to
/// @param roles in this workspace
/// @param scopes of the token
/// @param byRole what the roles alone allow
/// @param permissions what may be done: role and scope
public record Principal(
    String workspace,
    String organization,
    String subject,
    String name,
    Client client,
    List<String> roles,
    List<String> scopes,
    Set<Permission> byRole,
    Set<Permission> permissions) {

  public Principal {
    roles = List.copyOf(roles);
    scopes = List.copyOf(scopes);
    byRole = Set.copyOf(byRole);
    permissions = Set.copyOf(permissions);
  }

  /// With the permissions that follow from roles and scopes.
  public static Principal of(
      String workspace,
      String organization,
      String subject,
      String name,
      Client client,
      List<String> roles,
      List<String> scopes) {
    Set<Permission> byRole = Role.permissions(roles);
    var both = EnumSet.copyOf(Scope.permissions(scopes));
    both.retainAll(byRole);
    return new Principal(
        workspace, organization, subject, name, client, roles, scopes, byRole, both);
  }

  public boolean may(Permission permission) {
    return permissions.contains(permission);
  }

  /// The caller that services see.
  public Caller caller(String correlationId) {
    return new Caller(workspace, subject, permissions, correlationId);
  }
}
