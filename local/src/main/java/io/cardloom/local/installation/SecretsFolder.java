package io.cardloom.local.installation;

import io.cardloom.idp.server.Secrets;
import io.cardloom.kit.call.Keys;
import io.cardloom.local.identity.LocalKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The secrets of an installation of containers: a file each, which a container gets by name, and a
/// folder of keys for each service with its own private one and everybody's public ones.
///
/// Only the owner may enter the folder. What is in it is readable by all: a container sees the file
/// as it is here, and its user, whom this machine does not know, has to read it.
public record SecretsFolder(Path folder) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  /// Makes what is missing and leaves what is there. Returns the paths of what was made.
  public List<Path> make() throws IOException {
    Files.createDirectories(folder);
    permit(folder, "rwx------");
    var made = new ArrayList<Path>();
    for (var secret : texts(provider(made)).entrySet()) {
      var file = folder.resolve(secret.getKey());
      if (Files.notExists(file)) {
        Files.writeString(file, secret.getValue().get());
        made.add(file);
      }
      permit(file, "rw-r--r--");
    }
    keys(made);
    return List.copyOf(made);
  }

  /// Keycloak's, and the example people's passwords.
  private Secrets provider(List<Path> made) throws IOException {
    var file = folder.resolve("secrets.json");
    if (Files.notExists(file)) made.add(file);
    var secrets = Secrets.of(folder);
    permit(file, "rw-r--r--");
    return secrets;
  }

  private static Map<String, Supplier<String>> texts(Secrets provider) {
    var texts = new LinkedHashMap<String, Supplier<String>>();
    for (var name :
        List.of(
            "db-administrator",
            "db-ingest",
            "db-cards",
            "db-publishing",
            "db-metrics",
            "db-keycloak")) {
      texts.put(name, () -> random(Base64.getUrlEncoder().withoutPadding()));
    }
    texts.put("pepper-ingest", () -> random(Base64.getEncoder()));
    texts.put("pepper-publishing", () -> random(Base64.getEncoder()));
    texts.put("keycloak-admin", provider::administrator);
    texts.put("provisioning", provider::provisioning);
    texts.put("connect", provider::connect);
    texts.put("aggregator", provider::aggregator);
    return texts;
  }

  /// A pair lives with its owner; the others get its public half again whenever it is another one.
  private void keys(List<Path> made) throws IOException {
    var all = folder.resolve("keys");
    for (var service : LocalKeys.SERVICES) {
      var own = all.resolve(service);
      if (Files.notExists(own.resolve(service + ".key"))
          || Files.notExists(own.resolve(service + ".pub"))) {
        Keys.write(own, service, Keys.make());
        made.add(own);
      }
    }
    permit(all, "rwxr-xr-x");
    for (var service : LocalKeys.SERVICES) {
      var own = all.resolve(service);
      permit(own, "rwxr-xr-x");
      permit(own.resolve(service + ".key"), "rw-r--r--");
      for (var other : LocalKeys.SERVICES) {
        var copy = own.resolve(other + ".pub");
        if (!other.equals(service)) {
          Files.writeString(copy, Files.readString(all.resolve(other).resolve(other + ".pub")));
        }
        permit(copy, "rw-r--r--");
      }
    }
  }

  private static String random(Base64.Encoder encoder) {
    var bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return encoder.encodeToString(bytes);
  }

  private static void permit(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
