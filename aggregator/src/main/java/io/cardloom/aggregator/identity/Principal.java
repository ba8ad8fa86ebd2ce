package io.cardloom.aggregator.identity;

import io.cardloom.kit.call.Caller;
import io.cardloom.proto.Permission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A person or application in one workspace, as a verified token tells it.
///
/// @param workspace safename, the tenant
/// @param name for people; the subject where the token has none
/// @param roles in this workspace
/// @param scopes of the token
/// @param byRole what the roles alone allow
/// @param permissions what may be done: role and scope
public record Principal(
    String workspace,
    String subject,
    String name,
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

  static Principal of(
      String workspace, String subject, String name, List<String> roles, List<String> scopes) {
    Set<Permission> byRole = Role.permissions(roles);
    var both = EnumSet.copyOf(Scope.permissions(scopes));
    both.retainAll(byRole);
    return new Principal(workspace, subject, name, roles, scopes, byRole, both);
  }

  public boolean may(Permission permission) {
    return permissions.contains(permission);
  }

  /// The caller that services see.
  public Caller caller(String correlationId) {
    return new Caller(workspace, subject, permissions, correlationId);
  }
}
