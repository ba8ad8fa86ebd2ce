package io.cardloom.aggregator.tool;

import com.google.protobuf.Message;
import io.cardloom.aggregator.call.ToolBody;
import io.cardloom.aggregator.catalogue.Catalogue;
import io.cardloom.aggregator.identity.Principal;
import io.cardloom.aggregator.identity.Scope;
import io.cardloom.kit.call.Caller;
import io.cardloom.proto.Permission;
import io.cardloom.proto.aggregator.v1.HiddenTool;
import io.cardloom.proto.aggregator.v1.WhoamiResponse;

/// `whoami`: what the token says, and what follows from it. Asks no service.
public final class Whoami implements ToolBody {
  private final Catalogue catalogue;
  private final String serverVersion;

  public Whoami(Catalogue catalogue, String serverVersion) {
    this.catalogue = catalogue;
    this.serverVersion = serverVersion;
  }

  @Override
  public Message run(Principal principal, Caller caller, Message arguments) {
    var answer =
        WhoamiResponse.newBuilder()
            .setWorkspace(principal.workspace())
            .setOrganization(principal.organization())
            .setSubject(principal.subject())
            .setName(principal.name())
            .addAllRoles(principal.roles())
            .addAllScopes(principal.scopes())
            .addAllPermissions(principal.permissions().stream().sorted().map(Enum::name).toList())
            .setAuthentication(principal.client().application() ? "APPLICATION" : "PERSON")
            .setClientId(principal.client().id())
            .addAllWorkspaces(principal.client().workspaces())
            .setServerVersion(serverVersion);
    for (var tool : catalogue.tools()) {
      if (principal.may(tool.permission())) {
        answer.addAllowedTools(tool.name());
      } else {
        answer.addHiddenTools(
            HiddenTool.newBuilder()
                .setTool(tool.name())
                .setMissingPermission(tool.permission().name())
                .setWhy(why(principal, tool.permission())));
      }
    }
    return answer.build();
  }

  private static String why(Principal principal, Permission permission) {
    return principal.byRole().contains(permission)
        ? "Your role allows it, the token lacks the scope: sign in again with "
            + Scope.enough(permission, principal.scopes())
            + "."
        : "Your role in this workspace does not allow it; an administrator can change the role.";
  }
}
