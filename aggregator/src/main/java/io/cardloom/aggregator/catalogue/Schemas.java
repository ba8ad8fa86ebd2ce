package io.cardloom.aggregator.catalogue;

import build.buf.validate.FieldRules;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import io.cardloom.aggregator.codec.EnumWords;
import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.Shapes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// JSON Schema 2020-12 of messages, as short as it can be said.
///
/// A message used once stands where it is used, one used more often is shared through `$defs`.
/// Objects are spelled out as deep as fits a budget. Below that depth an input names the fields of
/// an object in one line of its description; a draft and an output say only that there is an
/// object.
final class Schemas {
  /// What a schema is for, and how much it may say, in characters.
  enum Side {
    /// What an agent reads before it calls: words and rules, without the lengths that nobody meets
    /// by accident; the call itself is held against all of them.
    INPUT(1300),
    /// The same arguments where nothing is refused: names and types; the words stand with the tool
    /// that is called with them in the end.
    DRAFT(700),
    /// What a form is made from: everything, as deep as it goes.
    FORM(64_000),
    /// Names and types: nobody is refused by it, and the words stand in `docs/tools.md`.
    OUTPUT(300);

    private final int chars;

    Side(int chars) {
      this.chars = chars;
    }

    boolean ruled() {
      return this == INPUT || this == FORM;
    }
  }

  /// Deepest object that is ever spelled out; the message itself is 0.
  private static final int DEPTH_MAX = 6;

  /// What one more use of a shared message costs, in characters: `{"$ref":"#/$defs/"}` and about a
  /// name.
  private static final int REF_CHARS = 28;

  private final Comments comments;
  private final Signature signature;

  Schemas(Comments comments) {
    this.comments = comments;
    this.signature = new Signature(comments);
  }

  /// The schema of a message as compact JSON.
  String of(Descriptor message, Side side) {
    for (int depth = DEPTH_MAX; ; depth--) {
      String schema = json(new Writing(message, side, depth).root());
      if (schema.length() <= side.chars || depth == 0) return schema;
    }
  }

  static String json(Object schema) {
    return new String(JsonText.bytes(out -> write(out, schema)), StandardCharsets.UTF_8);
  }

  private static void write(JsonGenerator out, Object value) {
    switch (value) {
      case Map<?, ?> object -> {
        out.writeStartObject();
        object.forEach((name, member) -> {
          out.writeName((String) name);
          write(out, member);
        });
        out.writeEndObject();
      }
      case Iterable<?> list -> {
        out.writeStartArray();
        list.forEach(item -> write(out, item));
        out.writeEndArray();
      }
      case Boolean flag -> out.writeBoolean(flag);
      case Long number -> out.writeNumber(number);
      case Integer number -> out.writeNumber(number);
      case Double number -> out.writeNumber(number);
      default -> out.writeString(value.toString());
    }
  }

  /// One schema being written.
  private final class Writing {
    private final Descriptor message;
    private final Side side;
    private final int depthMax;
    private final Map<Descriptor, Integer> uses = new HashMap<>();
    private final Set<Descriptor> recursive = new LinkedHashSet<>();
    private final Set<Descriptor> shared = new LinkedHashSet<>();

    Writing(Descriptor message, Side side, int depthMax) {
      this.message = message;
      this.side = side;
      this.depthMax = depthMax;
      count(message, new ArrayList<>());
      shared.addAll(recursive);
      uses.forEach((type, times) -> {
        int chars = json(object(type, "", 1)).length();
        boolean shorter = (long) chars * times > chars + 20L + (long) REF_CHARS * times;
        if (times > 1 && shorter) shared.add(type);
      });
    }

    Map<String, Object> root() {
      var schema = object(message, "", 0);
      var defs = new TreeMap<String, Object>();
      for (var type : shared) defs.put(type.getName(), object(type, words(type), 1));
      if (!defs.isEmpty()) schema.put("$defs", defs);
      return schema;
    }

    /// Counts how often each message is used, every message's own fields once.
    private void count(Descriptor type, List<Descriptor> inside) {
      inside.add(type);
      for (var field : type.getFields()) {
        var used = used(field);
        if (used == null) continue;
        if (inside.contains(used)) recursive.add(used);
        else if (uses.merge(used, 1, Integer::sum) == 1) count(used, inside);
      }
      inside.removeLast();
    }

    private @Nullable Descriptor used(FieldDescriptor field) {
      var value = field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
      if (value.getJavaType() != FieldDescriptor.JavaType.MESSAGE) return null;
      return Shapes.isJson(value.getMessageType()) ? null : value.getMessageType();
    }

    private Map<String, Object> object(Descriptor type, String description, int depth) {
      var schema = new LinkedHashMap<String, Object>();
      schema.put("type", "object");
      if (!description.isEmpty()) schema.put("description", description);
      var properties = new LinkedHashMap<String, Object>();
      var required = new ArrayList<String>();
      for (var field : type.getFields()) {
        properties.put(field.getJsonName(), field(field, depth));
        if (side.ruled() && Limits.required(field)) required.add(field.getJsonName());
      }
      if (!properties.isEmpty()) schema.put("properties", properties);
      if (!required.isEmpty()) schema.put("required", required);
      if (side == Side.FORM || (depth == 0 && side != Side.OUTPUT))
        schema.put("additionalProperties", false);
      return schema;
    }

    private Map<String, Object> field(FieldDescriptor field, int depth) {
      FieldRules rules = Limits.of(field);
      String comment = words(field);
      if (!field.isRepeated()) return value(field, rules, comment, depth);
      var schema = new LinkedHashMap<String, Object>();
      schema.put("type", field.isMapField() ? "object" : "array");
      if (!comment.isEmpty()) schema.put("description", comment);
      if (side.ruled()) Limits.collection(rules, schema);
      if (field.isMapField()) {
        schema.put(
            "additionalProperties",
            value(
                field.getMessageType().findFieldByNumber(2),
                rules.getMap().getValues(),
                "",
                depth));
      } else {
        var items = value(field, rules.getRepeated().getItems(), "", depth);
        if (side != Side.OUTPUT || items.size() > 1) schema.put("items", items);
      }
      return schema;
    }

    private Map<String, Object> value(
        FieldDescriptor field, FieldRules rules, String comment, int depth) {
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        return message(field.getMessageType(), comment, depth + 1);
      var schema = new LinkedHashMap<String, Object>();
      switch (field.getJavaType()) {
        case STRING -> schema.put("type", "string");
        case BYTE_STRING -> {
          schema.put("type", "string");
          schema.put("contentEncoding", "base64");
        }
        case BOOLEAN -> schema.put("type", "boolean");
        case INT -> schema.put("type", "integer");
        // Past 2^53 a text comes out; both are taken in.
        case LONG ->
            schema.put("type", side == Side.OUTPUT ? List.of("integer", "string") : "integer");
        case FLOAT, DOUBLE -> schema.put("type", "number");
        case ENUM -> {
          schema.put("type", "string");
          schema.put("enum", new EnumWords(field.getEnumType()).words());
        }
        case MESSAGE -> throw new IllegalStateException("messages are written elsewhere");
      }
      if (!comment.isEmpty()) schema.put("description", comment);
      if (side.ruled()) Limits.value(rules, schema);
      if (side == Side.INPUT) Limits.withoutGenerous(schema);
      return schema;
    }

    private Map<String, Object> message(Descriptor type, String comment, int depth) {
      if (Shapes.isJson(type))
        return comment.isEmpty() ? new LinkedHashMap<>() : described(comment);
      String words = comment.isEmpty() ? words(type) : comment;
      if (depth > depthMax) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", "object");
        String line = side.ruled() ? (words + " " + signature.of(type)).strip() : "";
        if (!line.isEmpty()) schema.put("description", line);
        return schema;
      }
      if (!shared.contains(type)) return object(type, words, depth);
      var schema = new LinkedHashMap<String, Object>();
      schema.put("$ref", "#/$defs/" + type.getName());
      if (!comment.isEmpty()) schema.put("description", comment);
      return schema;
    }

    private String words(GenericDescriptor descriptor) {
      return side.ruled() ? comments.of(descriptor) : "";
    }

    private static Map<String, Object> described(String comment) {
      var schema = new LinkedHashMap<String, Object>();
      schema.put("description", comment);
      return schema;
    }
  }
}
