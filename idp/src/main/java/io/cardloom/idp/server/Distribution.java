package io.cardloom.idp.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keycloak's distribution with Cardloom's provider in it, unpacked and built. Each version,
/// provider and kind of database has a folder of its own in the cache; building one takes half a
/// minute, and is done once.
final class Distribution {
  private static final Logger log = LoggerFactory.getLogger(Distribution.class);

  /// Where the zip is, if not in the usual places.
  private static final String ZIP_PROPERTY = "cardloom.keycloak.zip";

  /// The build of this module puts it there.
  private static final String PROVIDER = "keycloak-provider.jar";

  private static final String ARTIFACT = "keycloak-quarkus-dist";

  /// Some 20 s on two idle cores.
  private static final Duration BUILD_WAIT = Duration.ofMinutes(10);

  /// Built folders kept besides those in use; 190 MB each.
  private static final int KEPT_MAX = 2;

  private static final String READY = "cardloom-ready";

  private final Path cache;
  private final String vendor;

  Distribution(Path cache, String vendor) {
    this.cache = cache;
    this.vendor = vendor;
  }

  /// The built folder and the lease that keeps it.
  record Built(Path folder, FileLease lease) {}

  Built built() throws IOException {
    byte[] provider = provider();
    String version = version();
    Path folder = cache.resolve(version + "-" + vendor + "-" + digest(provider));
    try (var exclusive = waitForLease(lock(folder))) {
      if (!Files.exists(folder.resolve(READY))) {
        log.info("Unpacking and building Keycloak {} in {}; this is done once", version, folder);
        delete(folder);
        unpack(zip(version), folder);
        Files.write(folder.resolve("providers").resolve(PROVIDER), provider);
        build(folder);
        Files.createFile(folder.resolve(READY));
      }
      Files.setLastModifiedTime(
          folder.resolve(READY), FileTime.fromMillis(System.currentTimeMillis()));
      var lease =
          FileLease.take(folder.resolve("in-use.lock"), true)
              .orElseThrow(() -> new IOException("could not lock " + folder));
      prune();
      return new Built(folder, lease);
    }
  }

  private static FileLease waitForLease(Path file) throws IOException {
    long deadline = System.nanoTime() + BUILD_WAIT.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<FileLease> lease = FileLease.take(file, false);
      if (lease.isPresent()) return lease.get();
      Wait.millis(200);
    }
    throw new IOException("another process builds Keycloak and does not finish; it holds " + file);
  }

  private static String version() throws IOException {
    var properties = new Properties();
    try (InputStream in = Distribution.class.getResourceAsStream("keycloak.properties")) {
      properties.load(Objects.requireNonNull(in, "keycloak.properties"));
    }
    return properties.getProperty("version");
  }

  private static byte[] provider() throws IOException {
    try (InputStream in = Distribution.class.getResourceAsStream(PROVIDER)) {
      return Objects.requireNonNull(in, PROVIDER).readAllBytes();
    }
  }

  private static String digest(byte[] provider) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(provider)).substring(0, 12);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  /// Named by a system property, beside this module's jar, or in Maven's local repository.
  private static Path zip(String version) throws IOException {
    String name = ARTIFACT + "-" + version + ".zip";
    String named = System.getProperty(ZIP_PROPERTY);
    Path repository =
        Path.of(
            System.getProperty(
                "maven.repo.local",
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString()));
    return Stream.of(
            Optional.ofNullable(named).map(Path::of),
            Optional.of(ownFolder().resolve(name)),
            Optional.of(repository.resolve(Path.of("org", "keycloak", ARTIFACT, version, name))))
        .flatMap(Optional::stream)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() ->
            new IOException(
                name
                    + " is not there. Fetch it: mvn dependency:get -Dtransitive=false"
                    + " -Dartifact=org.keycloak:"
                    + ARTIFACT
                    + ":"
                    + version
                    + ":zip, or name it by -D"
                    + ZIP_PROPERTY));
  }

  private static Path ownFolder() {
    try {
      var source = Distribution.class.getProtectionDomain().getCodeSource();
      return Path.of(source.getLocation().toURI()).toAbsolutePath().resolveSibling("");
    } catch (URISyntaxException wrong) {
      throw new IllegalStateException("this class comes from nowhere", wrong);
    }
  }

  /// Everything in the zip's one folder, with the permissions the zip names. Refuses an entry that
  /// would land outside.
  static void unpack(Path zip, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (FileSystem archive =
            FileSystems.newFileSystem(zip, Map.of("enablePosixFileAttributes", true));
        Stream<Path> entries = Files.walk(archive.getPath("/"))) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        if (entry.getNameCount() < 2) continue; // the root and its one folder
        Path inner = entry.subpath(1, entry.getNameCount());
        Path target = folder.resolve(inner.toString()).normalize();
        if (!target.startsWith(folder)) throw new IOException("the zip has an entry " + entry);
        if (Files.isDirectory(entry)) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        Files.copy(entry, target, StandardCopyOption.REPLACE_EXISTING);
        if (Files.getPosixFilePermissions(entry).contains(PosixFilePermission.OWNER_EXECUTE)
            && !target.toFile().setExecutable(true)) {
          throw new IOException("could not make " + target + " executable");
        }
      }
    }
  }

  private void build(Path folder) throws IOException {
    Path output = folder.resolve("build.log");
    Process process =
        KeycloakProcess.command(
                folder, folder, List.of("build", "--db=" + vendor, "--health-enabled=true"))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended;
    try {
      ended = process.waitFor(BUILD_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      throw Wait.interrupted(interrupted);
    }
    if (!ended || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("Keycloak could not be built:\n" + KeycloakProcess.tail(output));
    }
  }

  /// Deletes folders that nobody uses, the longest unused first.
  private void prune() throws IOException {
    try (Stream<Path> folders = Files.list(cache)) {
      List<Path> others =
          folders
              .filter(folder -> Files.exists(folder.resolve(READY)))
              .sorted(Comparator.comparing(Distribution::lastUse).reversed())
              .skip(KEPT_MAX + 1)
              .toList();
      for (Path folder : others) {
        Optional<FileLease> building = FileLease.take(lock(folder), false);
        Optional<FileLease> unused = FileLease.take(folder.resolve("in-use.lock"), false);
        try {
          if (building.isEmpty() || unused.isEmpty()) continue;
          Files.delete(folder.resolve(READY));
          delete(folder);
        } finally {
          if (building.isPresent()) building.get().close();
          if (unused.isPresent()) unused.get().close();
        }
      }
    }
  }

  /// Held while a folder is built or deleted.
  private static Path lock(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".lock");
  }

  private static FileTime lastUse(Path folder) {
    try {
      return Files.getLastModifiedTime(folder.resolve(READY));
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  /// A whole folder; links are not followed.
  static void delete(Path root) throws IOException {
    if (!Files.exists(root)) return;
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) Files.deleteIfExists(path);
  }
}
