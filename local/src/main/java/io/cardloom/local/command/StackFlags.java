package io.cardloom.local.command;

import io.cardloom.local.Refusal;
import io.cardloom.local.stack.OtherProvider;
import io.cardloom.local.stack.Part;
import io.cardloom.local.stack.Ports;
import io.cardloom.local.stack.StackOptions;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options of the verbs that start the stack.
public final class StackFlags {
  static final String STARTING =
      "Starting PostgreSQL, Kafka, Keycloak, four services and the aggregator (Keycloak takes a minute or two the first time) ...";

  @Option(
      names = "--port-base",
      defaultValue = "" + Ports.BASE,
      description = "First of the ports; MCP listens on it. ${DEFAULT-VALUE} where not given.")
  int portBase = Ports.BASE;

  @Option(names = "--separate", description = "A process of its own for each service.")
  boolean separate;

  @Option(
      names = "--instances",
      paramLabel = "SERVICE=N",
      description = "Run N instances of a service, or of all with all=N.")
  Map<String, Integer> instances = new LinkedHashMap<>();

  @Option(
      names = "--issuer",
      paramLabel = "URL",
      description =
          "Let people sign in at this OpenID Connect provider instead of the stack's own Keycloak. Needs --jwks.")
  String issuer = "";

  @Option(names = "--jwks", paramLabel = "URL", description = "Key set of that provider.")
  String jwks = "";

  @Option(
      names = "--connect-client",
      paramLabel = "ID",
      description =
          "With --issuer: the confidential client there that signs people in on the page at /. Needs --connect-secret-file.")
  String connectClient = "";

  @Option(
      names = "--connect-secret-file",
      paramLabel = "FILE",
      description = "File with the secret of that client.")
  String connectSecretFile = "";

  StackOptions options(Path dataDir) {
    if (issuer.isEmpty() != jwks.isEmpty()) {
      throw new Refusal("--issuer and --jwks are given together, or not at all.");
    }
    if (connectClient.isEmpty() != connectSecretFile.isEmpty()) {
      throw new Refusal(
          "--connect-client and --connect-secret-file are given together, or not at all.");
    }
    if (!connectClient.isEmpty() && issuer.isEmpty()) {
      throw new Refusal(
          "--connect-client goes with --issuer; the stack's own Keycloak has a client of its own.");
    }
    var counts = new EnumMap<Part, Integer>(Part.class);
    instances.forEach((title, count) -> {
      if (title.equals("all")) {
        for (var part : Part.values()) {
          counts.putIfAbsent(part, count);
        }
      } else {
        counts.put(Part.titled(title), count);
      }
    });
    return new StackOptions(
        portBase,
        dataDir.toString(),
        separate,
        counts,
        issuer.isEmpty()
            ? Optional.empty()
            : Optional.of(new OtherProvider(issuer, jwks, connect())));
  }

  private Optional<OtherProvider.ConnectClient> connect() {
    return connectClient.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new OtherProvider.ConnectClient(
                connectClient, Path.of(connectSecretFile).toAbsolutePath().toString()));
  }
}
