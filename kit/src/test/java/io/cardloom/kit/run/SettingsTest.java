package io.cardloom.kit.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  @Test
  void aSecretIsASettingOrAFile(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("password"), "from a file\n").toString();
    assertThat(Settings.of(Map.of()).secret("db.password")).isEmpty();
    assertThat(Settings.of(Map.of("db.password", "own")).secret("db.password")).hasValue("own");
    assertThat(Settings.of(Map.of("db.password-file", file)).secret("db.password"))
        .hasValue("from a file");
    assertThatThrownBy(() ->
            Settings.of(Map.of("db.password-file", file, "db.password", "own"))
                .secret("db.password"))
        .hasMessage("setting db.password or db.password-file, one of them");
    assertThatThrownBy(
            () -> Settings.of(Map.of("db.password-file", "/nowhere")).secret("db.password"))
        .hasMessage("setting db.password-file names /nowhere, which cannot be read");
  }

  @Test
  void anEnvironmentTellsWhatWasLookedFor() {
    var asked = new ArrayList<String>();
    var settings = Settings.ofEnvironment(Map.of("CARDLOOM_DB_POOL_SIZE", "7"), asked::add);
    assertThat(settings.number("db.pool-size")).isEqualTo(7);
    assertThat(settings.text("tls.key", "none")).isEqualTo("none");
    assertThat(asked).containsExactly("db.pool-size", "tls.key");
    assertThat(Settings.variable("db.pool-size")).isEqualTo("CARDLOOM_DB_POOL_SIZE");
  }
}
