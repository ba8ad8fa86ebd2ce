package io.cardloom.idp.server;

import io.cardloom.idp.realm.Examples;
import io.cardloom.idp.realm.RealmFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// What is secret in one installation, made at its first start and kept in `secrets.json`, readable
/// by its owner only.
///
/// @param administrator password of `admin` in Keycloak's own console
/// @param provisioning of the client that keeps the realm
/// @param connect of the client that signs people in on their own page
/// @param aggregator of the client that asks whether a token is still good
/// @param people passwords of the example people, by user name
public record Secrets(
    String administrator,
    String provisioning,
    String connect,
    String aggregator,
    Map<String, String> people) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Without letters that are mistaken for others.
  private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

  public Secrets {
    people = Map.copyOf(people);
  }

  /// Those of the installation in this folder. People whom a new version brings get a password.
  public static Secrets of(Path data) throws IOException {
    Path file = data.resolve("secrets.json");
    Secrets known =
        Files.exists(file) ? JSON.readValue(Files.readString(file), Secrets.class) : make();
    Secrets all = known.withEverybody();
    if (!Files.exists(file) || !all.equals(known)) {
      Files.createDirectories(data);
      // A temporary file is readable by its owner only, and moving keeps that.
      Path half = Files.createTempFile(data, "secrets", ".new");
      Files.writeString(half, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all));
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return all;
  }

  /// The values of the placeholders in `realm.json`.
  public Map<String, String> placeholders(String publicBase) {
    return Map.of(
        RealmFile.PUBLIC_BASE, publicBase,
        RealmFile.CONNECT_SECRET, connect,
        RealmFile.AGGREGATOR_SECRET, aggregator,
        RealmFile.PROVISIONING_SECRET, provisioning);
  }

  private static Secrets make() {
    return new Secrets(password(), secret(), secret(), secret(), Map.of());
  }

  private Secrets withEverybody() {
    var everybody = new TreeMap<>(people);
    Examples.people().forEach(one -> everybody.computeIfAbsent(one.username(), name -> password()));
    return new Secrets(administrator, provisioning, connect, aggregator, everybody);
  }

  private static String secret() {
    var bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// Four groups of four, to be typed: some 79 bits.
  private static String password() {
    var text = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      if (i > 0 && i % 4 == 0) text.append('-');
      text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}
