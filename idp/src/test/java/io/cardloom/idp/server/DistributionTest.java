package io.cardloom.idp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DistributionTest {
  @TempDir Path folder;

  @Test
  void filesAndTheirPermissionsComeOutOfTheZip() throws IOException {
    Path zip = folder.resolve("good.zip");
    try (FileSystem archive =
        FileSystems.newFileSystem(zip, Map.of("create", true, "enablePosixFileAttributes", true))) {
      Path bin = Files.createDirectories(archive.getPath("/keycloak-1/bin"));
      Files.writeString(bin.resolve("kc.sh"), "#!/bin/sh");
      Files.setPosixFilePermissions(
          bin.resolve("kc.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.writeString(bin.resolve("plain.txt"), "text");
      Files.setPosixFilePermissions(
          bin.resolve("plain.txt"), PosixFilePermissions.fromString("rw-r--r--"));
    }
    Path target = folder.resolve("out");
    Distribution.unpack(zip, target);
    assertThat(target.resolve("bin/kc.sh")).hasContent("#!/bin/sh").isExecutable();
    assertThat(Files.isExecutable(target.resolve("bin/plain.txt"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"keycloak-1/../../evil", "../evil", "keycloak-1/bin/../../../evil", "/../evil"})
  void anEntryThatWouldLandOutsideIsRefused(String name) throws IOException {
    Path zip = folder.resolve("bad.zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("keycloak-1/good.txt"));
      out.putNextEntry(new ZipEntry(name));
      out.write("evil".getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> Distribution.unpack(zip, folder.resolve("deep/out")))
        .isInstanceOf(IOException.class);
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.getFileName().toString().equals("evil"))).isEmpty();
    }
  }
}
