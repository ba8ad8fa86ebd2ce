package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.installation.Installation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options of the verbs that act as an example person, on this machine's stack or elsewhere.
public final class Against {
  @Option(
      names = "--against",
      paramLabel = "URL",
      description =
          "An installation that runs already, by the address of its aggregator; the stack of this machine where not given.")
  Optional<URI> url = Optional.empty();

  @Option(
      names = "--secrets",
      paramLabel = "FOLDER",
      description =
          "With --against: what ./cardloom secrets made for that installation; the folder secrets of the checkout where not given.")
  Optional<Path> secrets = Optional.empty();

  /// A folder of its own, inside this one, for what is noted of another installation than the stack
  /// of this machine.
  Path folder(Path folder) throws IOException {
    return url.isEmpty()
        ? folder
        : Files.createDirectories(
            folder.resolve(url.get().toString().replaceAll("[^A-Za-z0-9.]+", "-")));
  }

  Installation installation(Home home) {
    return Installation.at(url, secrets.orElseGet(Home::secrets), home);
  }
}
