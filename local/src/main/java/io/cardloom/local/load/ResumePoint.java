package io.cardloom.local.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/// How far one file is in one source of one workspace, kept in a small file until it is done. Named
/// by the file's hash, so a changed file begins anew. Losing it does no harm: a repeat is
/// `unchanged`.
public final class ResumePoint implements Confirmed {
  private final Path file;

  public ResumePoint(Path directory, String workspace, String sourceId, String fileHash) {
    // Ids differ by case where some file systems do not: the hash of the ids is what counts.
    var ids = workspace + "/" + sourceId;
    var name = ids.replaceAll("[^A-Za-z0-9_-]", ".").toLowerCase(Locale.ROOT);
    this.file =
        directory.resolve(
            name + "-" + Integer.toHexString(ids.hashCode()) + "-" + fileHash.substring(0, 24));
  }

  /// Lines settled by an earlier run; 0 when there was none.
  public long linesDone() {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NoSuchFileException | NumberFormatException _) {
      return 0;
    } catch (IOException failure) {
      throw new UncheckedIOException("could not read " + file, failure);
    }
  }

  @Override
  public synchronized void upTo(long line) {
    try {
      var half = file.resolveSibling(file.getFileName() + ".new");
      Files.write(half, Long.toString(line).getBytes(StandardCharsets.UTF_8));
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException("could not write " + file, failure);
    }
  }

  /// The whole file is settled.
  public synchronized void done() {
    forget();
  }

  /// Begins anew.
  public synchronized void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw new UncheckedIOException("could not delete " + file, failure);
    }
  }
}
