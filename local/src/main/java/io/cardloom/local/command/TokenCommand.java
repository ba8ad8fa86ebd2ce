package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.identity.SignIn;
import io.cardloom.local.stack.StackControl;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `token`: prints a token of an example person and nothing else.
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = {
      "A token of an example person, good for five minutes, for curl and scripts.",
      "It signs in as that person and approves the workspace, as a client would ask them to."
    })
public final class TokenCommand implements Callable<Integer> {
  @Option(
      names = "--workspace",
      defaultValue = DemoNames.WORKSPACE,
      description = "The workspace it is good for. ${DEFAULT-VALUE} where not given.")
  String workspace = DemoNames.WORKSPACE;

  @Option(
      names = "--as",
      defaultValue = ExamplePerson.ADMIN,
      description =
          "Whose: alice (admin), petra (publisher), milo (modeler), bob (editor), viggo (viewer); carol is a modeler and publisher of the workspace second.")
  String person = ExamplePerson.ADMIN;

  @Option(
      names = "--scopes",
      split = ",",
      description =
          "What it may be used for: cardloom:read, cardloom:write, cardloom:publish. All where not given; the person's role narrows them.")
  List<String> scopes = SignIn.SCOPES;

  @Override
  public Integer call() {
    SignIn.checkScopes(scopes);
    ExamplePerson.checkName(person);
    Sessions.checked(workspace);
    var home = Home.ofProcess();
    var state = new StackControl(home).required();
    var signIn = Sessions.signIn(state);
    var holder = ExamplePerson.named(home.identity(), person);
    System.out.println(signIn.as(holder, workspace, scopes).access());
    return 0;
  }
}
