package io.cardloom.kit.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerConfigTest {
  private static Map<String, String> settings(String... files) {
    var settings = new HashMap<>(Map.of("keys", "/keys"));
    for (String file : files) settings.put(file, "/etc/" + file);
    return settings;
  }

  @Test
  void tlsIsAllOrNothing() {
    assertThat(ServerConfig.from(Settings.of(settings())).tls()).isEmpty();
    var all = settings("tls.certificate", "tls.key", "tls.trust");
    assertThat(ServerConfig.from(Settings.of(all)).tls())
        .hasValueSatisfying(files -> {
          assertThat(files.certificate()).hasToString("/etc/tls.certificate");
          assertThat(files.key()).hasToString("/etc/tls.key");
          assertThat(files.trust()).hasToString("/etc/tls.trust");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "tls.certificate tls.key, tls.trust is missing",
    "tls.certificate tls.trust, tls.key is missing",
    "tls.key tls.trust, tls.certificate is missing",
    "tls.trust, tls.certificate and tls.key are missing",
    "tls.key, tls.certificate and tls.trust are missing"
  })
  void halfOfItDoesNotStart(String given, String missing) {
    var some = Settings.of(settings(given.split(" ")));
    assertThatThrownBy(() -> ServerConfig.from(some))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "setting "
                + missing
                + ": TLS needs tls.certificate, tls.key, tls.trust, or none of them");
  }
}
