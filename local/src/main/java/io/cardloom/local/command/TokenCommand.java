package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.identity.SignIn;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  @Mixin Against against = new Against();

  @Option(
      names = "--workspace",
      defaultValue = WorkspaceNames.DEMO,
      description = "The workspace it is good for. ${DEFAULT-VALUE} where not given.")
  String workspace = WorkspaceNames.DEMO;

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
    WorkspaceNames.checked(workspace);
    var installation = against.installation(Home.ofProcess());
    var holder = installation.person(person);
    System.out.println(installation.signIn().as(holder, workspace, scopes).access());
    return 0;
  }
}
