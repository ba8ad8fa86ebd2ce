package io.cardloom.local.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.local.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which sets it runs and what comes of it, with a stand-in for the suite that fails for one.
class ConformanceCommandTest {
  @TempDir Path checkout;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "           | none       | 0 | 2026-07-28 2025-11-25",
        "           | 2026-07-28 | 1 | 2026-07-28 2025-11-25",
        "           | 2025-11-25 | 1 | 2026-07-28 2025-11-25",
        "2026-07-28 | none       | 0 | 2026-07-28",
        "2026-07-28 | 2025-11-25 | 0 | 2026-07-28",
        "2025-11-25 | 2025-11-25 | 1 | 2025-11-25"
      })
  void eachSetIsRunAlsoWhenAnEarlierOneFails(String wanted, String failing, int code, String ran)
      throws IOException {
    suite(failing);
    var command = new ConformanceCommand(checkout);
    command.revision = wanted == null ? "" : wanted;
    assertThat(command.call()).isEqualTo(code);
    assertThat(Files.readString(checkout.resolve("ran")).strip().split("\\s+"))
        .containsExactly(ran.split(" "));
  }

  @Test
  void withoutACheckoutItSaysSo() {
    assertThatThrownBy(new ConformanceCommand(checkout)::call)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("clients/conformance/run, which is not here");
  }

  private void suite(String failing) throws IOException {
    var script = checkout.resolve("clients/conformance/run");
    Files.createDirectories(script.getParent());
    Files.writeString(
        script,
        """
        #!/bin/sh
        echo "$2" >>"${0%%/clients/*}/ran"
        [ "$1" = --requirements ] && [ "$2" != %s ]
        """
            .formatted(failing));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
