package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.identity.Person;
import io.cardloom.local.identity.PersonTokens;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.stack.StackUrls;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/// Clients that act as an example person.
final class Sessions {
  /// A token is renewed long before it ends.
  private static final Duration RENEW_AFTER = PersonTokens.LIFE_MAX.dividedBy(2);

  private Sessions() {}

  static McpClient mcp(Home home, StackUrls urls, String workspace, String person) {
    return new McpClient(
        urls.mcp(workspace),
        new Renewed(TokenCommand.tokens(home, urls), Person.named(person), workspace));
  }

  private static final class Renewed implements Supplier<String> {
    private final PersonTokens tokens;
    private final Person person;
    private final String workspace;
    private String token = "";
    private Instant renewAt = Instant.MIN;

    Renewed(PersonTokens tokens, Person person, String workspace) {
      this.tokens = tokens;
      this.person = person;
      this.workspace = workspace;
    }

    @Override
    public synchronized String get() {
      if (!Instant.now().isBefore(renewAt)) {
        token = tokens.sign(person, workspace, PersonTokens.LIFE_MAX);
        renewAt = Instant.now().plus(RENEW_AFTER);
      }
      return token;
    }
  }
}
