package io.cardloom.local.command;

import io.cardloom.idp.realm.KeycloakAdmin;
import io.cardloom.idp.realm.Role;
import io.cardloom.local.Home;
import io.cardloom.local.Refusal;
import io.cardloom.local.identity.SignIn;
import io.cardloom.local.installation.Installation;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `machine`: agents and builds that sign in without a person.
@Command(
    name = "machine",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB",
    description = {
      "Agents and builds that get their tokens by client credentials, for MCP.",
      "Keys for the Ingest and Destination APIs are made by the tool create_application."
    })
public final class MachineCommand {
  private static final String NAME = "1 to 100 of a-z 0-9 and -.";

  private final Home home = Home.ofProcess();

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Create one for a workspace. Its secret is shown this once.")
  int create(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(names = "--workspace", required = true, description = "Where it works.")
          String workspace,
      @Option(
              names = "--role",
              required = true,
              split = ",",
              description = "viewer, editor, modeler, publisher, admin.")
          List<String> roles,
      @Option(
              names = "--scopes",
              split = ",",
              description = "What it may ask for. cardloom:read where not given.")
          List<String> scopes) {
    var asked = scopes == null ? List.of(SignIn.SCOPES.getFirst()) : scopes;
    SignIn.checkScopes(asked);
    var installation = Installation.required(home);
    var made =
        provider(installation)
            .machines()
            .create(name, WorkspaceNames.checked(workspace), Role.named(roles), asked);
    System.out.printf(
        """
        client id      %s
        client secret  %s  (not shown again)

        A token, good for five minutes:
          curl -d grant_type=client_credentials -d client_id=%s -d client_secret=... \\
            --data-urlencode "scope=%s" -d resource=%s %s/protocol/openid-connect/token
        """,
        made.clientId(),
        made.secret(),
        made.clientId(),
        String.join(" ", asked),
        installation.mcp(workspace),
        installation.issuer());
    return 0;
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "End one: it gets no further token.")
  int remove(@Parameters(paramLabel = "NAME", description = NAME) String name) {
    provider(Installation.required(home)).machines().remove(name);
    System.out.println("There is no machine " + name + " any more.");
    return 0;
  }

  private static KeycloakAdmin provider(Installation installation) {
    return installation
        .keycloak()
        .orElseThrow(() ->
            new Refusal(
                "Machines are kept at your own identity provider, which issues their tokens."));
  }
}
