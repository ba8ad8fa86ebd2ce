package io.cardloom.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the local stack keeps everything: `.cardloom/` of the checkout, or the folder that
/// `CARDLOOM_HOME` names.
///
/// ```
/// data/     PostgreSQL and Kafka of `up`        demo/    the same of `demo`, emptied before each run
/// keys/     signing keys of this machine        run/     what runs now
/// logs/     logs of what runs                   imports/ how far each file import is
/// identity/ Keycloak: people, workspaces, its secrets        bench/   as demo/, of the benchmarks
/// ```
public record Home(Path root) {
  public static Home ofProcess() {
    String named = System.getenv("CARDLOOM_HOME");
    if (named != null && !named.isBlank()) {
      return new Home(Path.of(named).toAbsolutePath().normalize());
    }
    return new Home(checkout().resolve(".cardloom"));
  }

  /// The secrets of an installation of containers: `secrets/` of the checkout.
  public static Path secrets() {
    return checkout().resolve("secrets");
  }

  private static Path checkout() {
    String checkout = System.getenv("CARDLOOM_ROOT");
    return Path.of(checkout == null ? "." : checkout).toAbsolutePath().normalize();
  }

  public Path data() {
    return root.resolve("data");
  }

  public Path demo() {
    return root.resolve("demo");
  }

  public Path bench() {
    return root.resolve("bench");
  }

  /// Keycloak: the same people and workspaces whatever data the stack runs on.
  public Path identity() {
    return root.resolve("identity");
  }

  public Path keys() {
    return made(root.resolve("keys"));
  }

  public Path run() {
    return made(root.resolve("run"));
  }

  public Path logs() {
    return made(root.resolve("logs"));
  }

  public Path imports() {
    return made(root.resolve("imports"));
  }

  private static Path made(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException failure) {
      throw new UncheckedIOException("could not make " + directory, failure);
    }
  }
}
