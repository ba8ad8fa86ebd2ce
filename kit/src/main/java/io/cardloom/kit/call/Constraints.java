package io.cardloom.kit.call;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.Message;
import io.cardloom.kit.problem.Violation;
import java.util.List;

/// The constraints that a contract puts on its messages (`buf.validate`).
public final class Constraints {
  private static final Validator VALIDATOR = ValidatorFactory.newBuilder().build();

  private Constraints() {}

  /// Every constraint that `message` breaks, with its path in JSON names; empty when it keeps all.
  public static List<Violation> broken(Message message) {
    try {
      ValidationResult result = VALIDATOR.validate(message);
      return result.getViolations().stream().map(Constraints::violation).toList();
    } catch (ValidationException broken) {
      throw new IllegalStateException("a contract's constraint is broken", broken);
    }
  }

  private static Violation violation(build.buf.protovalidate.Violation violation) {
    var pb = violation.toProto();
    String path = path(pb.getField().getElementsList());
    String message = path.isEmpty() ? pb.getMessage() : path + " " + pb.getMessage();
    return Violation.of(path, pb.getRuleId(), message + ".");
  }

  /// The path in JSON names, such as `entries[0].sourceId`.
  public static String path(List<FieldPathElement> elements) {
    var path = new StringBuilder();
    for (FieldPathElement element : elements) {
      if (!path.isEmpty()) path.append('.');
      path.append(jsonName(element.getFieldName()));
      switch (element.getSubscriptCase()) {
        case INDEX -> path.append('[').append(element.getIndex()).append(']');
        case STRING_KEY -> path.append('.').append(element.getStringKey());
        case BOOL_KEY, INT_KEY, UINT_KEY, SUBSCRIPT_NOT_SET -> {}
      }
    }
    return path.toString();
  }

  private static String jsonName(String fieldName) {
    var name = new StringBuilder();
    boolean upper = false;
    for (char c : fieldName.toCharArray()) {
      if (c == '_') {
        upper = true;
      } else {
        name.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return name.toString();
  }
}
