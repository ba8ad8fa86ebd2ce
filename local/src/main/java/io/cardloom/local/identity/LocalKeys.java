package io.cardloom.local.identity;

import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Keys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/// The keys of this machine, made at the first use and kept: an Ed25519 pair for each service in
/// `services/`.
public record LocalKeys(Path directory) {
  /// Everybody who signs: each service, and the operator at the command line.
  public static final List<String> SERVICES =
      List.of(
          "svc-ingest", "svc-cards", "svc-publishing", "svc-metrics", "aggregator", Keys.OPERATOR);

  /// The folder with every service's pair.
  public Path services() {
    var folder = directory.resolve("services");
    try {
      for (var service : SERVICES) {
        if (!Files.exists(folder.resolve(service + ".key"))
            || !Files.exists(folder.resolve(service + ".pub"))) {
          Keys.write(folder, service, Keys.make());
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("could not make the keys of the services", failure);
    }
    return folder;
  }

  /// Signs internal tokens for this command line.
  public InternalTokens.Signer signer(Clock clock) {
    return new InternalTokens.Signer(
        Keys.OPERATOR, Keys.readPrivate(services(), Keys.OPERATOR), clock);
  }
}
