package io.cardloom.kit.call;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.Message;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Holds every request against the constraints of its contract: gRPC is an API too.
final class ValidationInterceptor implements ServerInterceptor {
  private final Validator validator = ValidatorFactory.newBuilder().build();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
        next.startCall(call, headers)) {
      private @Nullable Message request;

      @Override
      public void onMessage(Q message) {
        if (message instanceof Message one) request = one;
        super.onMessage(message);
      }

      /// A unary call runs here; what is thrown before it becomes its answer.
      @Override
      public void onHalfClose() {
        if (request != null) check(request);
        super.onHalfClose();
      }
    };
  }

  private void check(Message request) {
    try {
      ValidationResult result = validator.validate(request);
      if (result.isSuccess()) return;
      throw new Problem.Invalid(
              result.getViolations().stream().map(ValidationInterceptor::violation).toList())
          .exception();
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
