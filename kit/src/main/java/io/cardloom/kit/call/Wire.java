package io.cardloom.kit.call;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.common.v1.ProblemDetail;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;

/// How a problem travels in a gRPC status, and back.
public final class Wire {
  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> CORRELATION =
      Metadata.Key.of("correlation-id", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  /// What an agent should wait when a service is out of reach.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private Wire() {}

  /// The status of a problem, with the whole problem in its details.
  static StatusRuntimeException status(Problem problem) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(problem.grpcCode().value())
            .setMessage(problem.message())
            .addDetails(Any.pack(problem.toPb()))
            .build());
  }

  /// What a failed call to `service` means here: the problem it told, `Unavailable` when it did not
  /// answer, else the failure as it is (a bug there).
  public static RuntimeException failure(StatusRuntimeException failure, String service) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status != null) {
      for (Any detail : status.getDetailsList()) {
        if (!detail.is(ProblemDetail.class)) continue;
        try {
          return new ProblemException(
              new Problem.Told(detail.unpack(ProblemDetail.class), failure.getStatus().getCode()));
        } catch (InvalidProtocolBufferException _) {
          return failure;
        }
      }
    }
    return switch (failure.getStatus().getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED -> {
        String why = TlsFailure.why(failure.getStatus(), service);
        yield new Problem.Unavailable(service, RETRY_AFTER, why).exception();
      }
      case RESOURCE_EXHAUSTED ->
          new Problem.TooLarge("The request or its answer is larger than " + service + " takes.")
              .exception();
      default -> failure;
    };
  }
}
