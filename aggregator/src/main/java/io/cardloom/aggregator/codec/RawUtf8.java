package io.cardloom.aggregator.codec;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import tools.jackson.core.SerializableString;

/// JSON text that a generator copies byte for byte: `generator.writeRawValue(new RawUtf8(bytes))`.
/// The bytes must be one valid JSON value in UTF-8; nothing looks at them again.
public record RawUtf8(ByteString bytes) implements SerializableString {

  public static RawUtf8 of(byte[] bytes) {
    return new RawUtf8(com.google.protobuf.UnsafeByteOperations.unsafeWrap(bytes));
  }

  @Override
  public String getValue() {
    return bytes.toStringUtf8();
  }

  @Override
  public int charLength() {
    return getValue().length();
  }

  @Override
  public char[] asQuotedChars() {
    throw onlyRaw();
  }

  @Override
  public byte[] asUnquotedUTF8() {
    return bytes.toByteArray();
  }

  @Override
  public byte[] asQuotedUTF8() {
    throw onlyRaw();
  }

  @Override
  public int appendQuotedUTF8(byte[] buffer, int offset) {
    throw onlyRaw();
  }

  @Override
  public int appendQuoted(char[] buffer, int offset) {
    throw onlyRaw();
  }

  /// Copies when there is room; -1 makes the generator ask for the whole array instead.
  @Override
  public int appendUnquotedUTF8(byte[] buffer, int offset) {
    if (bytes.size() > buffer.length - offset) return -1;
    bytes.copyTo(buffer, offset);
    return bytes.size();
  }

  @Override
  public int appendUnquoted(char[] buffer, int offset) {
    throw onlyRaw();
  }

  @Override
  public int writeQuotedUTF8(OutputStream out) {
    throw onlyRaw();
  }

  @Override
  public int writeUnquotedUTF8(OutputStream out) {
    try {
      bytes.writeTo(out);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return bytes.size();
  }

  @Override
  public int putQuotedUTF8(ByteBuffer buffer) {
    throw onlyRaw();
  }

  @Override
  public int putUnquotedUTF8(ByteBuffer buffer) {
    throw onlyRaw();
  }

  private static UnsupportedOperationException onlyRaw() {
    return new UnsupportedOperationException("raw JSON is only ever written unquoted");
  }
}
