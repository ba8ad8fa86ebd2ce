package io.cardloom.local.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher script, run in a made-up checkout on a made-up machine.
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "dirname",
          "readlink",
          "sed",
          "head",
          "sort",
          "find",
          "mktemp",
          "mkdir",
          "mv",
          "rm",
          "tail",
          "grep",
          "sleep",
          "cat");

  @TempDir Path dir;

  @Test
  void withoutAJdkItSaysWhatToInstall() throws Exception {
    machine();
    assertSays(run(Map.of(), "status"), 1, "no JDK 25 or newer found", "Install one");
  }

  @Test
  void anOldDefaultIsNamed() throws Exception {
    machine();
    jdk(dir.resolve("bin-java"), 17);
    Files.createSymbolicLink(dir.resolve("bin/java"), dir.resolve("bin-java/bin/java"));
    assertSays(run(Map.of(), "status"), 1, "the one on the PATH is version 17");
  }

  @Test
  void aNewerOneIsFoundBehindAnOldDefault() throws Exception {
    machine();
    built();
    jdk(dir.resolve("old"), 17);
    jdk(dir.resolve("jdks/temurin-25"), 25);
    var said = run(Map.of("JAVA_HOME", dir.resolve("old").toString()), "status", "--json");
    assertSays(said, 0, "java 25 runs", "io.cardloom.local.Cardloom status --json");
  }

  @Test
  void aChosenJdkThatIsTooOldIsRefused() throws Exception {
    machine();
    jdk(dir.resolve("old"), 21);
    jdk(dir.resolve("jdks/temurin-25"), 25);
    var said = run(Map.of("CARDLOOM_JAVA_HOME", dir.resolve("old").toString()), "status");
    assertSays(said, 1, "CARDLOOM_JAVA_HOME is", "a JDK 21");
  }

  @Test
  void withoutMavenABuildIsNotTried() throws Exception {
    machine();
    jdk(dir.resolve("jdks/temurin-26"), 26);
    assertSays(run(Map.of(), "up"), 1, "needs Maven 3.8.7 or newer", "no mvn on the PATH");
  }

  @Test
  void anOldMavenIsRefused() throws Exception {
    machine();
    jdk(dir.resolve("jdks/temurin-25"), 25);
    script(dir.resolve("bin/mvn"), "echo 'Apache Maven 3.8.6 (x)'");
    assertSays(run(Map.of(), "up"), 1, "the mvn on the PATH is 3.8.6");
  }

  @Test
  void aBuildThatFailsShowsWhy() throws Exception {
    machine();
    jdk(dir.resolve("jdks/temurin-25"), 25);
    script(
        dir.resolve("bin/mvn"),
        """
        if [ "$1" = -v ]; then echo 'Apache Maven 3.9.9 (x)'; exit 0; fi
        echo '[INFO] Building Cardloom contracts 0.1.0                [2/10]'
        echo '[ERROR] no such thing'
        exit 1
        """);
    assertSays(
        run(Map.of(), "up"), 1, "Cardloom contracts (2/10)", "[ERROR] no such thing", "build.log");
  }

  @Test
  void itBuildsOnlyWhenSourcesAreNewer() throws Exception {
    machine();
    jdk(dir.resolve("jdks/temurin-25"), 25);
    script(
        dir.resolve("bin/mvn"),
        """
        if [ "$1" = -v ]; then echo 'Apache Maven 3.10.0 (x)'; exit 0; fi
        mkdir -p local/target/libs
        """);
    assertSays(run(Map.of(), "up"), 0, "Building Cardloom", "java 25 runs");
    assertThat(run(Map.of(), "up").text()).doesNotContain("Building");
    newer("kit/src/main/java/A.java");
    assertSays(run(Map.of(), "up"), 0, "Building Cardloom");
  }

  @Test
  void theFixturesOfTheConformanceSuiteAreBuiltToo() throws Exception {
    machine();
    built();
    jdk(dir.resolve("jdks/temurin-25"), 25);
    script(
        dir.resolve("bin/mvn"),
        """
        if [ "$1" = -v ]; then echo 'Apache Maven 3.10.0 (x)'; exit 0; fi
        """);
    newer("svc-cards/src/test/java/A.java");
    assertThat(run(Map.of(), "conformance").text()).doesNotContain("Building");
    newer("aggregator/src/test/java/A.java");
    assertThat(run(Map.of(), "status").text()).doesNotContain("Building");
    assertSays(run(Map.of(), "conformance"), 0, "Building Cardloom", "Cardloom conformance");
  }

  @Test
  void theSuiteHasItsPartsAndStopsAtTheFirstThatFails() throws Exception {
    machine();
    jdk(dir.resolve("jdks/temurin-25"), 25);
    script(
        dir.resolve("bin/mvn"),
        """
        if [ "$1" = -v ]; then echo 'Apache Maven 3.10.0 (x)'; exit 0; fi
        echo "mvn $*"
        mkdir -p local/target/libs
        """);
    for (var client : List.of("install", "run", "conformance/run")) {
      var file = dir.resolve("checkout/clients").resolve(client);
      Files.createDirectories(file.getParent());
      script(file, "echo " + client + " \"$@\"");
    }
    var all = run(Map.of(), "test");
    assertSays(all, 0, "cardloom test: all passed");
    assertThat(all.text().lines().filter(line -> line.matches("(install|mvn|run|conformance).*")))
        .containsExactly(
            "install --chromium",
            "mvn -B -ntp verify",
            "run",
            "conformance/run --requirements 2026-07-28",
            "conformance/run --requirements 2025-11-25");
    assertThat(run(Map.of(), "status").text())
        .as("what was tested is built")
        .doesNotContain("Building");

    assertThat(run(Map.of(), "test", "-pl", "kit").text())
        .contains("mvn -B -ntp verify -pl kit")
        .doesNotContain("conformance");
    script(dir.resolve("checkout/clients/run"), "exit 3");
    var failed = run(Map.of(), "test");
    assertSays(failed, 1, "FAILED: views in Chromium (exit code 3)");
    assertThat(failed.text()).doesNotContain("conformance", "all passed");
  }

  private void newer(String path) throws IOException {
    var source = dir.resolve("checkout").resolve(path);
    Files.createDirectories(source.getParent());
    Files.writeString(source, "class A {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
  }

  private record Said(int code, String text) {}

  private static void assertSays(Said said, int code, String... parts) {
    assertThat(said.text()).contains(parts);
    assertThat(said.code()).as(said.text()).isEqualTo(code);
  }

  /// A folder with the few programs the script needs, and no java or mvn.
  private void machine() throws IOException {
    Files.createDirectories(dir.resolve("bin"));
    for (var tool : TOOLS) {
      for (var folder : List.of("/usr/bin", "/bin")) {
        var real = Path.of(folder, tool);
        if (Files.exists(real)) {
          Files.createSymbolicLink(dir.resolve("bin").resolve(tool), real);
          break;
        }
      }
    }
    Files.createDirectories(dir.resolve("checkout"));
    var script = dir.resolve("checkout/cardloom");
    Files.copy(launcher(), script);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path launcher() {
    var here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("cardloom"))
        ? here.resolve("cardloom")
        : here.resolveSibling("cardloom");
  }

  private void built() throws IOException {
    Files.createDirectories(dir.resolve("checkout/local/target/libs"));
    Files.createDirectories(dir.resolve("checkout/.cardloom/build"));
    Files.createFile(dir.resolve("checkout/.cardloom/build/stamp"));
  }

  private static void jdk(Path home, int major) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    script(home.resolve("bin/java"), "echo java " + major + " runs \"$@\"");
    script(home.resolve("bin/javac"), "exit 0");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + major + ".0.1\"\n");
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Said run(Map<String, String> environment, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(dir.resolve("checkout/cardloom").toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    var all = new HashMap<String, String>();
    all.put("PATH", dir.resolve("bin").toString());
    all.put("HOME", dir.toString());
    all.put("CARDLOOM_JDK_FOLDERS", dir.resolve("jdks").toString());
    all.putAll(environment);
    builder.environment().clear();
    builder.environment().putAll(all);
    var process = builder.start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), text);
  }
}
