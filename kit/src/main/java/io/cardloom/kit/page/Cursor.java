package io.cardloom.kit.page;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a page ended: the sort values of its last row, and a hash of the query they belong to.
///
/// Opaque to callers. It holds nothing secret and grants nothing: its values are only ever bound as
/// parameters behind the tenant.
///
/// @param queryHash hash of the query without its cursor; another query's cursor is refused
/// @param values sort values, last the key; null where the row had none
public record Cursor(int queryHash, List<@Nullable String> values) {
  private static final int VALUES_MAX = 8;
  private static final int VALUE_BYTES_MAX = 2048;

  public Cursor {
    values = java.util.Collections.unmodifiableList(new ArrayList<>(values));
  }

  /// URL-safe text.
  public String encode() {
    var out = new java.io.ByteArrayOutputStream(64);
    out.writeBytes(ByteBuffer.allocate(5).putInt(queryHash).put((byte) values.size()).array());
    for (String value : values) {
      byte[] utf8 = value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8);
      int length = value == null ? -1 : utf8.length;
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
      out.writeBytes(utf8);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
  }

  /// Reads what [#encode] wrote.
  ///
  /// @param path name of the parameter, for the violation
  /// @throws io.cardloom.kit.problem.ProblemException `Invalid` when it is not ours, or belongs to
  ///   another query
  public static Cursor decode(String path, String text, int queryHash) {
    try {
      var in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      int hash = in.getInt();
      int count = in.get();
      if (count < 0 || count > VALUES_MAX)
        throw refused(path, "bad_cursor", "is not a cursor of this list");
      if (hash != queryHash) {
        throw refused(
            path, "cursor_mismatch", "belongs to another query; repeat the query it came with");
      }
      var values = new ArrayList<@Nullable String>(count);
      for (int i = 0; i < count; i++) {
        short length = in.getShort();
        if (length < 0) {
          values.add(null);
          continue;
        }
        if (length > VALUE_BYTES_MAX)
          throw refused(path, "bad_cursor", "is not a cursor of this list");
        byte[] utf8 = new byte[length];
        in.get(utf8);
        values.add(new String(utf8, StandardCharsets.UTF_8));
      }
      return new Cursor(hash, values);
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException _) {
      throw refused(path, "bad_cursor", "is not a cursor of this list");
    }
  }

  private static RuntimeException refused(String path, String rule, String why) {
    return new Problem.Invalid(List.of(Violation.of(path, rule, "The cursor " + why + ".")))
        .exception();
  }
}
