package io.cardloom.local.command;

import io.cardloom.idp.realm.KeycloakAdmin;
import io.cardloom.idp.server.Secrets;
import io.cardloom.local.Home;
import io.cardloom.local.Refusal;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.identity.Session;
import io.cardloom.local.identity.SignIn;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.stack.StackState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;

/// Clients that act as an example person.
final class Sessions {
  private Sessions() {}

  static McpClient mcp(Home home, StackState state, String workspace, String person) {
    return new McpClient(state.urls().mcp(workspace), session(home, state, workspace, person));
  }

  static Session session(Home home, StackState state, String workspace, String person) {
    return new Session(
        signIn(state), ExamplePerson.named(home.identity(), person), checked(workspace));
  }

  /// Refused where people sign in at another provider, which this command line has no password of.
  static SignIn signIn(StackState state) {
    state
        .options()
        .provider()
        .ifPresent(provider -> {
          throw new Refusal(
              "People sign in at "
                  + provider.issuer()
                  + ", which has no example people. Get a token there, or let a client sign in.");
        });
    return new SignIn(state.urls().issuer(), state.urls().publicBase(), Clock.systemUTC());
  }

  /// Who keeps workspaces and people; empty where that is another provider.
  static Optional<KeycloakAdmin> keycloak(Home home, StackState state) {
    if (state.options().provider().isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          KeycloakAdmin.of(
              URI.create(state.urls().keycloak()),
              Secrets.of(home.identity()).placeholders(state.urls().publicBase())));
    } catch (IOException failure) {
      throw new UncheckedIOException("could not read the secrets of the provider", failure);
    }
  }

  static String checked(String workspace) {
    if (!workspace.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new Refusal(
          "A workspace is named by 1 to 63 of a-z 0-9 and -, with no - at either end, not "
              + workspace
              + ".");
    }
    return workspace;
  }
}
