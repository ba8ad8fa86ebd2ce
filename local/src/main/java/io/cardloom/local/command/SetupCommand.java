package io.cardloom.local.command;

import io.cardloom.idp.realm.Examples;
import io.cardloom.local.Home;
import io.cardloom.local.Refusal;
import io.cardloom.local.installation.Installation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `setup`: what a start of containers does once everything but the aggregator is up. Each step can
/// be repeated.
@Command(
    name = "setup",
    mixinStandardHelpOptions = true,
    description = {
      "Bring Keycloak's realm up to date, and make its workspaces known to every service.",
      "docker compose runs it at each start; up and demo do the same by themselves."
    })
public final class SetupCommand implements Callable<Integer> {
  @Option(
      names = "--examples",
      description = "Add the example workspaces and people, where they are not there yet.")
  boolean examples;

  @Override
  public Integer call() {
    var installation = Installation.required(Home.ofProcess());
    var provider =
        installation
            .keycloak()
            .orElseThrow(
                () -> new Refusal("People and workspaces are kept at your own identity provider."));
    provider.realm().atStart().forEach(change -> System.out.println("realm: " + change));
    if (examples) {
      Examples.addTo(provider, installation.passwords());
    }
    try (var tenants = installation.tenants()) {
      tenants.makeKnown(provider.workspaces().list());
    }
    System.out.println("The installation is set up: " + installation.publicBase() + "/");
    return 0;
  }
}
