package io.cardloom.kit.call;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/// Ed25519 keys of the services: `NAME.key` (PKCS#8, base64) for the service itself, `NAME.pub`
/// (X.509, base64) for those that hear it.
public final class Keys {
  /// The key of the one that lets people in: only it may speak for them.
  public static final String AGGREGATOR = "aggregator";

  /// The key of the command line: only it may act as the operator of the installation.
  public static final String OPERATOR = "local";

  private Keys() {}

  public static KeyPair make() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("this JDK has no Ed25519", failure);
    }
  }

  /// Writes both halves into `folder`; the private one readable by its owner only.
  public static void write(Path folder, String name, KeyPair pair) throws IOException {
    Files.createDirectories(folder);
    Path secret = folder.resolve(name + ".key");
    Files.deleteIfExists(secret);
    Files.createFile(
        secret,
        java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
            java.nio.file.attribute.PosixFilePermissions.fromString("rw-------")));
    Files.writeString(secret, Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
    Files.writeString(
        folder.resolve(name + ".pub"),
        Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
  }

  public static PrivateKey readPrivate(Path folder, String name) {
    try {
      byte[] der =
          Base64.getDecoder().decode(Files.readString(folder.resolve(name + ".key")).strip());
      return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException failure) {
      throw new IllegalStateException("no usable key " + folder.resolve(name + ".key"), failure);
    }
  }

  /// Every public key in `folder`, by the service's name.
  public static Map<String, PublicKey> readPublic(Path folder) {
    var keys = new HashMap<String, PublicKey>();
    try (var files = Files.newDirectoryStream(folder, "*.pub")) {
      for (Path file : files) {
        byte[] der = Base64.getDecoder().decode(Files.readString(file).strip());
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.pub$", "");
        keys.put(
            name, KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException failure) {
      throw new IllegalStateException("no usable public keys in " + folder, failure);
    }
    if (keys.isEmpty()) throw new IllegalStateException("no public key in " + folder);
    return Map.copyOf(keys);
  }
}
