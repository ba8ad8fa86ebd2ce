package io.cardloom.local.installation;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.call.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretsFolderTest {
  @TempDir Path home;

  private Path folder() {
    return home.resolve("secrets");
  }

  private Map<Path, String> contents() throws IOException {
    var contents = new TreeMap<Path, String>();
    try (var files = Files.walk(folder())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readString(file));
      }
    }
    return contents;
  }

  @Test
  void aSecondRunChangesNothingAndAMissingFileAloneIsMade() throws IOException {
    assertThat(new SecretsFolder(folder()).make()).isNotEmpty();
    var first = contents();
    assertThat(new SecretsFolder(folder()).make()).isEmpty();
    assertThat(contents()).isEqualTo(first);

    var one = folder().resolve("db-cards");
    Files.delete(one);
    assertThat(new SecretsFolder(folder()).make()).containsExactly(one);
    var again = contents();
    assertThat(again.remove(one)).hasSize(43).isNotEqualTo(first.remove(one));
    assertThat(again).isEqualTo(first);
  }

  @Test
  void onlyItsOwnerEntersTheFolderAndAContainersUserReadsWhatItGets() throws IOException {
    new SecretsFolder(folder()).make();
    assertThat(permissions(folder())).isEqualTo("rwx------");
    for (var file : contents().keySet()) {
      assertThat(permissions(file)).as(file.toString()).isEqualTo("rw-r--r--");
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aServiceHasItsOwnPrivateKeyAloneAndANewOneReachesTheOthers() throws IOException {
    new SecretsFolder(folder()).make();
    var cards = folder().resolve("keys/svc-cards");
    var ingest = folder().resolve("keys/svc-ingest");
    assertThat(Keys.readPrivate(cards, "svc-cards").getAlgorithm()).isEqualTo("EdDSA");
    try (var keys = Files.newDirectoryStream(cards, "*.key")) {
      assertThat(keys).containsExactly(cards.resolve("svc-cards.key"));
    }
    assertThat(Keys.readPublic(cards)).isEqualTo(Keys.readPublic(ingest)).hasSize(6);

    Files.delete(cards.resolve("svc-cards.key"));
    var before = Keys.readPublic(ingest).get("svc-cards");
    assertThat(new SecretsFolder(folder()).make()).containsExactly(cards);
    assertThat(Keys.readPublic(ingest).get("svc-cards"))
        .isNotEqualTo(before)
        .isEqualTo(Keys.readPublic(cards).get("svc-cards"));
  }
}
