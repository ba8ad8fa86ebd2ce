package io.cardloom.local.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Keys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;

/// The keys of this machine, made at the first use and kept: an Ed25519 pair for each service in
/// `services/`, and the P-256 key that signs the tokens of people in `people.jwk`.
public record LocalKeys(Path directory) {
  /// The name under which this command line calls services, as `verify` does.
  public static final String COMMAND_LINE = "local";

  private static final List<String> SERVICES =
      List.of(
          "svc-ingest", "svc-cards", "svc-publishing", "svc-metrics", "aggregator", COMMAND_LINE);

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
        COMMAND_LINE, Keys.readPrivate(services(), COMMAND_LINE), clock);
  }

  /// The key that signs the tokens of people, with its private half.
  ECKey people() {
    var file = directory.resolve("people.jwk");
    try {
      if (!Files.exists(file)) {
        make(file);
      }
      return ECKey.parse(Files.readString(file));
    } catch (IOException | ParseException | JOSEException failure) {
      throw new IllegalStateException("could not read or make " + file, failure);
    }
  }

  private void make(Path file) throws IOException, JOSEException {
    Files.createDirectories(directory);
    var key =
        new ECKeyGenerator(Curve.P_256)
            .keyUse(KeyUse.SIGNATURE)
            .algorithm(JWSAlgorithm.ES256)
            .keyIDFromThumbprint(true)
            .generate();
    // A temporary file is readable by its owner only, and moving keeps that.
    var half = Files.createTempFile(directory, "people", ".new");
    Files.writeString(half, key.toJSONString());
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
