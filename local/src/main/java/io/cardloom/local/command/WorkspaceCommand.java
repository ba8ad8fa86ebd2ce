package io.cardloom.local.command;

import io.cardloom.idp.realm.Role;
import io.cardloom.local.Home;
import io.cardloom.local.Refusal;
import io.cardloom.local.installation.Installation;
import io.cardloom.local.workspace.Tenants;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

/// `workspace`: the workspaces of this installation, at the identity provider and in every service.
@Command(
    name = "workspace",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB",
    description = {
      "Create, list and archive workspaces, and say who works in them.",
      "Each is an organization at the identity provider and a tenant of every service."
    })
public final class WorkspaceCommand {
  private static final String SAFENAME =
      "As in URLs and tokens: 1 to 63 of a-z 0-9 and -. It never changes.";

  private final Home home = Home.ofProcess();

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Create a workspace, name it anew, or take it back from the archive.")
  int create(
      @Parameters(paramLabel = "SAFENAME", description = SAFENAME) String safename,
      @Option(names = "--name", description = "For people. The safename where not given.")
          Optional<String> name,
      @Option(
              names = "--admin",
              paramLabel = "USER",
              description = "Who administers it: a user name of the identity provider.")
          Optional<String> admin) {
    WorkspaceNames.checked(safename);
    var installation = Installation.required(home);
    installation
        .keycloak()
        .ifPresent(provider -> {
          var _ = provider.workspaces().create(safename, name.orElse(safename));
          provider.workspaces().reopen(safename);
          admin.ifPresent(
              username -> provider.people().setRoles(username, safename, Set.of(Role.ADMIN)));
        });
    with(installation, tenants -> tenants.provision(safename, name.orElse(safename)));
    System.out.println(
        "The workspace " + safename + " is ready: " + installation.mcp(safename) + ".");
    if (admin.isEmpty() && installation.people().isPresent()) {
      System.out.println(
          "Nobody is in it yet: ./cardloom workspace member " + safename + " alice admin.");
    }
    return 0;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "All workspaces, archived ones too.")
  int list(@Option(names = "--json", description = "One JSON array.") boolean json) {
    var installation = Installation.required(home);
    with(
        installation,
        tenants -> {
          var array = JsonNodeFactory.instance.arrayNode();
          for (var tenant : tenants.list()) {
            if (json) {
              array
                  .addObject()
                  .put("workspace", tenant.safename())
                  .put("name", tenant.name())
                  .put("archived", tenant.archived())
                  .put("complete", tenant.missing().isEmpty())
                  .put("mcp", installation.mcp(tenant.safename()).toString());
            } else {
              System.out.printf(
                  "%-20s %-30s %s%n",
                  tenant.safename(),
                  tenant.name(),
                  !tenant.missing().isEmpty()
                      ? "INCOMPLETE: create it again, for " + String.join(", ", tenant.missing())
                      : tenant.archived() ? "archived" : installation.mcp(tenant.safename()));
            }
          }
          if (json) {
            System.out.println(array);
          }
        });
    return 0;
  }

  @Command(
      name = "archive",
      mixinStandardHelpOptions = true,
      description = {
        "Refuse everybody in a workspace from now on. What it holds stays;",
        "creating it again takes it back."
      })
  int archive(@Parameters(paramLabel = "SAFENAME", description = SAFENAME) String safename) {
    WorkspaceNames.checked(safename);
    var installation = Installation.required(home);
    // The services first: they refuse at once, the provider only gives no further token.
    with(
        installation,
        tenants -> {
          if (!tenants.archive(safename)) {
            throw new Refusal(
                "There is no workspace " + safename + ". See ./cardloom workspace list.");
          }
        });
    installation.keycloak().ifPresent(provider -> provider.workspaces().archive(safename));
    System.out.println("The workspace " + safename + " is archived.");
    return 0;
  }

  @Command(
      name = "member",
      mixinStandardHelpOptions = true,
      description = "Give a person exactly these roles in a workspace; none ends the membership.")
  int member(
      @Parameters(paramLabel = "SAFENAME", description = SAFENAME) String safename,
      @Parameters(paramLabel = "USER", description = "User name.") String username,
      @Parameters(
              paramLabel = "ROLE",
              arity = "0..5",
              description = "viewer, editor, modeler, publisher, admin.")
          List<String> roles) {
    WorkspaceNames.checked(safename);
    var provider =
        Installation.required(home)
            .keycloak()
            .orElseThrow(() ->
                new Refusal("People and their roles are kept at your own identity provider."));
    var wanted = roles == null ? List.<String>of() : roles;
    if (wanted.isEmpty()) {
      provider.people().remove(username, safename);
      System.out.println(username + " is no member of " + safename + " any more.");
    } else {
      provider.people().setRoles(username, safename, Role.named(wanted));
      System.out.println(
          username + " is " + String.join(" and ", wanted) + " of " + safename + ".");
    }
    return 0;
  }

  private static void with(Installation installation, Consumer<Tenants> work) {
    try (var tenants = installation.tenants()) {
      work.accept(tenants);
    }
  }
}
