package io.cardloom.aggregator.codec;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Violation;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rules the contracts declare, checked on a message and told in the words of its JSON.
public final class Rules {
  private final Validator validator = ValidatorFactory.newBuilder().build();

  /// Adds what the message breaks, except where reading it has found something already: a value
  /// that was refused is no missing value.
  void check(Message message, Findings findings) {
    List<String> told = findings.all().stream().map(Violation::path).toList();
    try {
      for (var broken : validator.validate(message).getViolations()) {
        var violation = translate(broken, message.getDescriptorForType());
        if (!covered(violation, told)) findings.add(violation);
      }
    } catch (ValidationException contract) {
      throw new IllegalStateException(
          "a rule of " + message.getDescriptorForType().getFullName() + " cannot be evaluated",
          contract);
    }
  }

  private static boolean covered(Violation violation, List<String> told) {
    String path = violation.path();
    for (String at : told) {
      if (at.isEmpty() || within(path, at) || within(at, path)) return true;
    }
    return false;
  }

  private static boolean within(String path, String outer) {
    return path.startsWith(outer)
        && (path.length() == outer.length()
            || path.charAt(outer.length()) == '.'
            || path.charAt(outer.length()) == '[');
  }

  private static Violation translate(build.buf.protovalidate.Violation broken, Descriptor root) {
    var pb = broken.toProto();
    var place = Place.of(pb.getField().getElementsList(), root);
    String where = place.text();
    String rule = pb.getRuleId();
    if (place.choice() != null) {
      var members = place.choice().getFields().stream().map(FieldDescriptor::getJsonName).toList();
      String message =
          "Give one of "
              + String.join(", ", members)
              + (where.isEmpty() ? "." : " in " + where + ".");
      return new Violation(where, "required", message, "", members, "");
    }
    var given = broken.getFieldValue();
    Object value = given == null ? "" : Objects.requireNonNullElse(given.getValue(), "");
    if (rule.equals("required") || missing(rule, value)) {
      return Violation.of(where, "required", where + " is required.");
    }
    List<String> allowed = allowed(rule, broken);
    String got = value instanceof Message ? "" : String.valueOf(value);
    String near = rule.endsWith(".in") ? Nearest.of(got, allowed) : "";
    String message = where + " " + sentence(rule, pb.getMessage(), allowed);
    return new Violation(where, word(rule), message, got, allowed, near);
  }

  /// Whether the value is empty and the rule asks for more: then it was not given.
  private static boolean missing(String rule, Object value) {
    boolean empty =
        value instanceof String text
            ? text.isEmpty()
            : value instanceof Collection<?> items
                ? items.isEmpty()
                : value instanceof ByteString bytes && bytes.isEmpty();
    return empty
        && (rule.endsWith(".min_len") || rule.endsWith(".pattern") || rule.endsWith(".min_items"));
  }

  private static String word(String rule) {
    return switch (rule.substring(rule.indexOf('.') + 1)) {
      case "min_len", "min_bytes" -> "too_short";
      case "max_len", "max_bytes" -> "too_long";
      case "min_items", "min_pairs" -> "too_few";
      case "max_items", "max_pairs" -> "too_many";
      case "pattern" -> "pattern";
      case "in", "defined_only" -> "unknown_value";
      case String range when range.startsWith("gt") || range.startsWith("lt") -> "out_of_range";
      case String other -> other;
    };
  }

  private static List<String> allowed(String rule, build.buf.protovalidate.Violation broken) {
    var bound = broken.getRuleValue();
    if (bound == null) return List.of();
    if (rule.endsWith(".in") && bound.getValue() instanceof Collection<?> items) {
      return items.stream().map(String::valueOf).toList();
    }
    return rule.endsWith(".pattern") ? List.of(String.valueOf(bound.getValue())) : List.of();
  }

  private static String sentence(String rule, String message, List<String> allowed) {
    if (rule.endsWith(".in") && !allowed.isEmpty())
      return "must be one of " + String.join(", ", allowed) + ".";
    if (rule.endsWith(".pattern") && !allowed.isEmpty())
      return "must match " + allowed.getFirst() + ".";
    int must = message.indexOf("must ");
    return must < 0 ? "breaks the rule " + rule + "." : message.substring(must) + ".";
  }

  /// A field path of the validator in JSON names; `choice` is the oneof it ends in, if it does.
  private record Place(String text, @Nullable OneofDescriptor choice) {
    static Place of(List<FieldPathElement> elements, Descriptor root) {
      Path path = Path.ROOT;
      Descriptor type = root;
      for (var element : elements) {
        FieldDescriptor field = type == null ? null : type.findFieldByName(element.getFieldName());
        if (field == null) {
          if (type != null) {
            for (var oneof : type.getRealOneofs()) {
              if (oneof.getName().equals(element.getFieldName()))
                return new Place(path.text(), oneof);
            }
          }
          return new Place(path.field(element.getFieldName()).text(), null);
        }
        path = path.field(field.getJsonName());
        path =
            switch (element.getSubscriptCase()) {
              case INDEX -> path.item((int) element.getIndex());
              case STRING_KEY -> path.field(element.getStringKey());
              case INT_KEY -> path.field(Long.toString(element.getIntKey()));
              case UINT_KEY -> path.field(Long.toUnsignedString(element.getUintKey()));
              case BOOL_KEY -> path.field(Boolean.toString(element.getBoolKey()));
              case SUBSCRIPT_NOT_SET -> path;
            };
        type = message(field);
      }
      return new Place(path.text(), null);
    }

    private static @Nullable Descriptor message(FieldDescriptor field) {
      var of = field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
      return of.getJavaType() == FieldDescriptor.JavaType.MESSAGE ? of.getMessageType() : null;
    }
  }
}
