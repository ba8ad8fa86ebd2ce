package io.cardloom.kit.call;

import com.google.protobuf.Message;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.Effect;
import io.cardloom.proto.OptionsProto;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import org.jspecify.annotations.Nullable;

/// Holds every request against the constraints of its contract: gRPC is an API too. A draft is let
/// through, since broken constraints are part of its answer.
final class ValidationInterceptor implements ServerInterceptor {
  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (drafts(call)) return next.startCall(call, headers);
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

  private static boolean drafts(ServerCall<?, ?> call) {
    return call.getMethodDescriptor().getSchemaDescriptor()
            instanceof ProtoMethodDescriptorSupplier schema
        && schema.getMethodDescriptor().getOptions().getExtension(OptionsProto.tool).getEffect()
            == Effect.DRAFT;
  }

  private static void check(Message request) {
    var violations = Constraints.broken(request);
    if (!violations.isEmpty()) throw new Problem.Invalid(violations).exception();
  }
}
