package io.cardloom.ingest.value;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The one way each value is written as JSON, so that equal values have equal bytes.
public final class Canonical {
  /// Most digits of a decimal on either side of the point, and altogether.
  public static final int DECIMAL_DIGITS_MAX = 38;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Canonical() {}

  /// A text; escapes only what JSON must have escaped.
  public static byte[] text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    int escapes = 0;
    for (byte b : utf8) if (mustEscape(b)) escapes++;
    if (escapes == 0) {
      byte[] json = new byte[utf8.length + 2];
      json[0] = '"';
      System.arraycopy(utf8, 0, json, 1, utf8.length);
      json[json.length - 1] = '"';
      return json;
    }
    var out = new ByteArrayOutputStream(utf8.length + 2 + 6 * escapes);
    out.write('"');
    for (byte b : utf8) {
      if (mustEscape(b)) escape(out, b);
      else out.write(b);
    }
    out.write('"');
    return out.toByteArray();
  }

  private static boolean mustEscape(byte b) {
    return (b >= 0 && b < 0x20) || b == '"' || b == '\\';
  }

  private static void escape(ByteArrayOutputStream out, byte b) {
    out.write('\\');
    switch (b) {
      case '"', '\\' -> out.write(b);
      case '\b' -> out.write('b');
      case '\t' -> out.write('t');
      case '\n' -> out.write('n');
      case '\f' -> out.write('f');
      case '\r' -> out.write('r');
      default -> {
        out.writeBytes(new byte[] {'u', '0', '0', HEX[b >> 4], HEX[b & 0xf]});
      }
    }
  }

  /// A list of texts that are canonical JSON each.
  public static byte[] list(List<byte[]> items) {
    var out = new ByteArrayOutputStream(64);
    out.write('[');
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) out.write(',');
      out.writeBytes(items.get(i));
    }
    out.write(']');
    return out.toByteArray();
  }

  public static byte[] integer(long value) {
    return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
  }

  /// Plain digits without an exponent or trailing zeros; empty when there are too many digits.
  public static Optional<byte[]> decimal(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    long scale = stripped.scale();
    long precision = stripped.precision();
    if (precision > DECIMAL_DIGITS_MAX
        || scale > DECIMAL_DIGITS_MAX
        || precision - scale > DECIMAL_DIGITS_MAX) {
      return Optional.empty();
    }
    return Optional.of(stripped.toPlainString().getBytes(StandardCharsets.US_ASCII));
  }

  /// RFC 3339 in UTC, to the microsecond; empty when the text is no date and time with zone of the
  /// years 1 to 9999.
  public static Optional<byte[]> timestamp(String text) {
    return instant(text).map(instant -> text(instant.toString()));
  }

  /// The instant that RFC 3339 text names, to the microsecond.
  public static Optional<Instant> instant(String text) {
    if (text.length() < 17 || text.length() > 40) return Optional.empty();
    try {
      var utc = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
      if (utc.getYear() < 1 || utc.getYear() > 9999) return Optional.empty();
      return Optional.of(utc.toInstant().truncatedTo(ChronoUnit.MICROS));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /// What text storage cannot hold: the position of a NUL character or of half a surrogate pair.
  public static OptionalInt unstorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) return OptionalInt.of(i);
      if (!Character.isSurrogate(c)) continue;
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) return OptionalInt.of(i);
      i++;
    }
    return OptionalInt.empty();
  }

  /// The items of a list given as one text: split at the delimiter, stripped, without empty ones.
  public static List<String> split(String text, String delimiter) {
    return java.util.Arrays.stream(
            delimiter.isEmpty()
                ? new String[] {text}
                : text.split(java.util.regex.Pattern.quote(delimiter), -1))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  /// Whether the text is an entry key, property id or the like.
  public static boolean isId(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 256) return false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-';
      if (!good) return false;
    }
    return true;
  }
}
