package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.Refusal;
import io.cardloom.local.identity.LocalKeys;
import io.cardloom.local.identity.Person;
import io.cardloom.local.identity.PersonTokens;
import io.cardloom.local.stack.Ports;
import io.cardloom.local.stack.StackControl;
import io.cardloom.local.stack.StackState;
import io.cardloom.local.stack.StackUrls;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `token`: prints a token of an example person and nothing else.
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "A short-lived token of an example person, for curl and scripts.")
public final class TokenCommand implements Callable<Integer> {
  @Option(
      names = "--workspace",
      defaultValue = DemoNames.WORKSPACE,
      description = "The workspace it is good for. ${DEFAULT-VALUE} where not given.")
  String workspace = DemoNames.WORKSPACE;

  @Option(
      names = "--as",
      defaultValue = "anna",
      description =
          "Whose: anna (admin), petra (publisher), milo (modeler), edda (editor), viggo (viewer).")
  String person = "anna";

  @Override
  public Integer call() {
    if (!workspace.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new Refusal("A workspace is named by 1 to 63 of a-z 0-9 and -, not " + workspace + ".");
    }
    var holder = Person.named(person);
    var home = Home.ofProcess();
    var urls =
        new StackControl(home)
            .running()
            .map(StackState::urls)
            .orElseGet(() -> new StackUrls(new Ports(Ports.BASE)));
    System.out.println(tokens(home, urls).sign(holder, workspace, PersonTokens.LIFE_MAX));
    return 0;
  }

  static PersonTokens tokens(Home home, StackUrls urls) {
    return PersonTokens.of(
        new LocalKeys(home.keys()), urls.issuer(), urls.publicBase(), Clock.systemUTC());
  }
}
