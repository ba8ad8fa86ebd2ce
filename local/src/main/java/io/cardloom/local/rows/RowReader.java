package io.cardloom.local.rows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// Rows of one file, in its order.
public interface RowReader extends AutoCloseable {
  /// The next row, or null at the end.
  @Nullable Row next() throws IOException;

  @Override
  void close() throws IOException;

  /// One JSON object a line.
  static RowReader ndjson(InputStream in, boolean zipped) throws IOException {
    return new NdjsonReader(text(in, zipped));
  }

  /// Comma-separated, with a header row.
  static RowReader csv(InputStream in, boolean zipped) throws IOException {
    return new CsvReader(text(in, zipped));
  }

  private static BufferedReader text(InputStream in, boolean zipped) throws IOException {
    var plain = zipped ? new GZIPInputStream(in, 1 << 16) : in;
    return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8), 1 << 16);
  }
}
