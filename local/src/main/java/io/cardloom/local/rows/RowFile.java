package io.cardloom.local.rows;

import io.cardloom.local.Refusal;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// A file of rows: NDJSON or CSV by its name, also gzipped.
public final class RowFile {
  private final Path path;
  private final boolean csv;
  private final boolean zipped;
  private final AtomicLong bytesRead = new AtomicLong();

  private RowFile(Path path, boolean csv, boolean zipped) {
    this.path = path;
    this.csv = csv;
    this.zipped = zipped;
  }

  /// Refuses a file that is not there or whose name tells no known format.
  public static RowFile at(Path path) {
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw new Refusal("There is no readable file " + path + ".");
    }
    var name = path.toString().toLowerCase(Locale.ROOT);
    boolean zipped = name.endsWith(".gz");
    var plain = zipped ? name.substring(0, name.length() - 3) : name;
    if (!plain.endsWith(".ndjson") && !plain.endsWith(".jsonl") && !plain.endsWith(".csv")) {
      throw new Refusal(path + " must end in .ndjson, .jsonl or .csv, or one of them with .gz.");
    }
    return new RowFile(path, plain.endsWith(".csv"), zipped);
  }

  public Path path() {
    return path;
  }

  public boolean csv() {
    return csv;
  }

  /// Bytes on disk.
  public long size() throws IOException {
    return Files.size(path);
  }

  /// Bytes of the file that the reader has taken so far, before unzipping.
  public long bytesRead() {
    return bytesRead.get();
  }

  /// Opens it at the first row.
  public RowReader open() throws IOException {
    InputStream in = new Counted(new BufferedInputStream(Files.newInputStream(path), 1 << 16));
    return csv ? RowReader.csv(in, zipped) : RowReader.ndjson(in, zipped);
  }

  /// SHA-256 of the bytes on disk, in hexadecimal.
  public String hash() throws IOException {
    try (var in =
        new DigestInputStream(Files.newInputStream(path), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException failure) {
      throw new IllegalStateException("every JDK has SHA-256", failure);
    }
  }

  private final class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        bytesRead.incrementAndGet();
      }
      return b;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int count = super.read(into, from, length);
      if (count > 0) {
        bytesRead.addAndGet(count);
      }
      return count;
    }
  }
}
