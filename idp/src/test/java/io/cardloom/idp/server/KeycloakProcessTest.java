package io.cardloom.idp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeycloakProcessTest {
  @TempDir Path folder;

  @Test
  void aProcessLeftBehindIsFoundAndEnded() throws IOException {
    Process process = new ProcessBuilder("sleep", "600").start();
    Path note = folder.resolve("keycloak.pid");
    KeycloakProcess.write(note, process.toHandle());
    var found = KeycloakProcess.read(note);
    assertThat(found).map(ProcessHandle::pid).contains(process.pid());
    assertThat(KeycloakServer.stopOrphan(folder)).isTrue();
    assertThat(process.isAlive()).isFalse();
    assertThat(KeycloakProcess.read(note)).isEmpty();
    assertThat(KeycloakServer.stopOrphan(folder)).isFalse();
  }

  @Test
  void anotherProcessWithTheSameIdIsLeftAlone() throws IOException {
    Path note = folder.resolve("keycloak.pid");
    Files.writeString(note, ProcessHandle.current().pid() + " 2001-01-01T00:00:00Z");
    assertThat(KeycloakProcess.read(note)).isEmpty();
    Files.writeString(note, "half");
    assertThat(KeycloakProcess.read(note)).isEmpty();
  }

  @Test
  void oneThatDoesNotListenIsKilled() throws IOException {
    Process deaf =
        new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
            .start();
    assertThat(deaf.inputReader().readLine()).isEqualTo("ready");
    assertThat(KeycloakProcess.end(deaf.toHandle(), Duration.ofMillis(300))).isFalse();
    assertThat(deaf.isAlive()).isFalse();
  }

  @Test
  void aFolderInUseIsRefused() throws IOException {
    try (var lease = FileLease.take(folder.resolve("in-use.lock"), false).orElseThrow()) {
      assertThat(lease).isNotNull();
      var options = KeycloakOptions.local(folder, 1, 2, "http://127.0.0.1:3");
      assertThatThrownBy(() -> KeycloakServer.start(options))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("in use by another process");
      assertThat(KeycloakServer.stopOrphan(folder)).isFalse();
    }
  }
}
