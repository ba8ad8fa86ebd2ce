package io.cardloom.aggregator.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/// JSON in and out as UTF-8 bytes, with the bounds that hold for every request.
public final class JsonText {
  /// Deepest nesting of a request, envelope included: the contracts need less than 20.
  public static final int DEPTH_MAX = 64;

  /// Longest text of a request, in characters: a whole payload of the largest size is one.
  private static final int TEXT_CHARS_MAX = 24 << 20;

  /// Longest number of a request, in digits.
  private static final int NUMBER_DIGITS_MAX = 400;

  /// Characters decoded at a time while a request's encoding is checked.
  private static final int DECODE_CHARS = 8192;

  private static final StreamReadConstraints BOUNDS =
      StreamReadConstraints.builder()
          .maxNestingDepth(DEPTH_MAX)
          .maxStringLength(TEXT_CHARS_MAX)
          .maxNumberLength(NUMBER_DIGITS_MAX)
          .build();

  /// For a body nobody has looked at: refuses a name that occurs twice in one object.
  private static final JsonFactory STRICT =
      JsonFactory.builder()
          .streamReadConstraints(BOUNDS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .build();

  /// For a part of a body that was read once already.
  private static final JsonFactory CHECKED =
      JsonFactory.builder()
          .streamReadConstraints(BOUNDS)
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .build();

  private JsonText() {}

  /// A parser over a body as it came: depth, lengths and repeated names are refused as they are
  /// met. Check the encoding with [#isUtf8] first.
  public static JsonParser parseStrictly(byte[] body) {
    return STRICT.createParser(ObjectReadContext.empty(), body, 0, body.length);
  }

  /// A parser over a part of a body that [#parseStrictly] has passed. Its byte offsets count from
  /// `from`.
  public static JsonParser parse(byte[] body, int from, int length) {
    return CHECKED.createParser(ObjectReadContext.empty(), body, from, length);
  }

  /// Whether the bytes are UTF-8 all through; JSON that travels as it is must be, since nobody
  /// decodes it on the way.
  public static boolean isUtf8(byte[] body) {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    var in = ByteBuffer.wrap(body);
    var out = CharBuffer.allocate(DECODE_CHARS);
    while (true) {
      var result = decoder.decode(in, out, true);
      if (result.isError()) return false;
      if (result.isUnderflow()) return true;
      out.clear();
    }
  }

  /// The bytes of a text.
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// What `body` writes, as bytes.
  public static byte[] bytes(Consumer<JsonGenerator> body) {
    var out = new ByteArrayOutputStream(512);
    try (var generator = CHECKED.createGenerator(ObjectWriteContext.empty(), out)) {
      body.accept(generator);
    }
    return out.toByteArray();
  }
}
