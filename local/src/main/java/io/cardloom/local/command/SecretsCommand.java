package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.installation.SecretsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `secrets`: what `docker-compose.yml` takes from files.
@Command(
    name = "secrets",
    mixinStandardHelpOptions = true,
    description = {
      "Make the secrets of an installation of containers: passwords, peppers and keys, a file each.",
      "What is there already stays as it is."
    })
public final class SecretsCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Where to; the folder secrets of the checkout where not given.")
  Optional<Path> folder = Optional.empty();

  @Override
  public Integer call() throws IOException {
    var secrets = folder.orElseGet(Home::secrets);
    int made = new SecretsFolder(secrets).make().size();
    System.out.println(
        made == 0
            ? "All secrets are in " + secrets + " already."
            : made + " secrets were made in " + secrets + ", which only you may enter.");
    return 0;
  }
}
