package io.cardloom.aggregator.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.aggregator.identity.IdentityConfig;
import io.cardloom.kit.run.Settings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectConfigTest {
  private static final String SECRET = "0123456789abcdef";

  private static Optional<ConnectConfig> config(Map<String, String> settings) {
    return ConnectConfig.from(
        Settings.of(settings),
        new IdentityConfig(
            "http://127.0.0.1:7400",
            "http://id.test/realms/cardloom",
            URI.create("http://id.test/keys"),
            IdentityConfig.Claims.DEFAULT));
  }

  @Test
  void itIsOffWithoutSettings() {
    assertThat(config(Map.of())).isEmpty();
  }

  @Test
  void theSecretMayBeInAFile(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    var config =
        config(Map.of("connect.client-id", "page", "connect.secret-file", file.toString()))
            .orElseThrow();
    assertThat(config.secret()).isEqualTo(SECRET);
    assertThat(config.provider()).hasToString("http://id.test/realms/cardloom");
    assertThat(config.toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connect.client-id=page|connect.secret or connect.secret-file",
        "connect.secret=0123456789abcdef|connect.client-id is missing",
        "connect.secret-file=/x|connect.client-id is missing",
        "connect.client-id=page connect.secret=short|at least 16 characters",
        "connect.client-id=page connect.secret-file=/nowhere|/nowhere, which cannot be read",
        "connect.client-id=page connect.secret=0123456789abcdef connect.secret-file=/x|one of them",
        "connect.client-id=page connect.secret=0123456789abcdef connect.provider=x|connect.provider",
        "connect.client-id=page connect.secret=0123456789abcdef connect.provider=http://x/|connect.provider"
      })
  void halfOfItDoesNotStart(String given, String sentence) {
    var settings = new HashMap<String, String>();
    for (String pair : given.split(" ")) {
      settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    assertThatThrownBy(() -> config(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }
}
