package io.cardloom.aggregator.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.Random;

/// Messages with any content that fits their type, from a seed.
public final class Samples {
  private static final String[] JSON = {
    "1", "null", "\"a\\\"ö\"", "[1, 2]", "{\"a\": {\"b\":[true]}}", "-1.50", "{}"
  };
  private static final String[] TEXTS = {
    "", "a", "Zoë \"x\"\n\t\u0001", "日本🎈", "line\u2028end", "\\u0041"
  };
  private static final long[] NUMBERS = {
    0, 1, -1, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private final Random random;

  public Samples(long seed) {
    random = new Random(seed);
  }

  public Message of(Descriptor type) {
    return of(type, 0);
  }

  private Message of(Descriptor type, int depth) {
    var builder = DynamicMessage.newBuilder(type);
    for (var field : type.getFields()) {
      if (random.nextInt(3) == 0 || depth > 6) continue;
      if (field.isMapField()) {
        var pair = DynamicMessage.newBuilder(field.getMessageType());
        var key = field.getMessageType().findFieldByNumber(1);
        var value = field.getMessageType().findFieldByNumber(2);
        builder.addRepeatedField(
            field, pair.setField(key, "key").setField(value, value(value, depth)).build());
      } else if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0; i--)
          builder.addRepeatedField(field, value(field, depth));
      } else {
        builder.setField(field, value(field, depth));
      }
    }
    return builder.build();
  }

  private Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> TEXTS[random.nextInt(TEXTS.length)];
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextBoolean() ? random.nextInt() : random.nextInt(5);
      case LONG -> NUMBERS[random.nextInt(NUMBERS.length)];
      case DOUBLE -> random.nextBoolean() ? random.nextGaussian() * 1e20 : random.nextInt(100);
      case FLOAT -> (float) random.nextGaussian();
      case BYTE_STRING -> ByteString.copyFromUtf8(TEXTS[random.nextInt(TEXTS.length)]);
      // Zero is "not given" and has no word.
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(1 + random.nextInt(field.getEnumType().getValues().size() - 1));
      case MESSAGE ->
          Shapes.isJson(field.getMessageType())
              ? json(field.getMessageType())
              : of(field.getMessageType(), depth + 1);
    };
  }

  private Message json(Descriptor type) {
    var utf8 = ByteString.copyFromUtf8(JSON[random.nextInt(JSON.length)]);
    return DynamicMessage.newBuilder(type).setField(type.findFieldByNumber(1), utf8).build();
  }
}
