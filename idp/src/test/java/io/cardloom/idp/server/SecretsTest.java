package io.cardloom.idp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class SecretsTest {
  @TempDir Path folder;

  @Test
  void madeOnceForEachInstallationAndForItsOwnerOnly() throws IOException {
    Secrets made = Secrets.of(folder);
    assertThat(Secrets.of(folder)).isEqualTo(made);
    assertThat(Secrets.of(folder.resolve("other"))).isNotEqualTo(made);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("secrets.json"))))
        .isEqualTo("rw-------");
    assertThat(made.people())
        .containsOnlyKeys("alice", "bob", "carol", "dave", "milo", "petra", "viggo");
    assertThat(made.people().values())
        .doesNotHaveDuplicates()
        .allMatch(password -> password.matches("([a-z2-9]{4}-){3}[a-z2-9]{4}"));
  }

  @Test
  void aNewExamplePersonGetsAPasswordAndTheOthersKeepTheirs() throws IOException {
    var before = new Secrets("a", "b", "c", "d", Map.of("alice", "her-old-one"));
    Files.writeString(
        folder.resolve("secrets.json"), JsonMapper.builder().build().writeValueAsString(before));
    Secrets after = Secrets.of(folder);
    assertThat(after.people()).containsEntry("alice", "her-old-one").containsKey("bob");
    assertThat(after.provisioning()).isEqualTo("b");
    assertThat(Secrets.of(folder)).isEqualTo(after);
  }
}
