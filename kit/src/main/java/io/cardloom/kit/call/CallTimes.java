package io.cardloom.kit.call;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/// Times every call that was answered, as `grpc.server.calls` by method and status code. Both come
/// from the contracts, so there are only so many series.
final class CallTimes implements ServerInterceptor {
  private final MeterRegistry meters;

  CallTimes(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    long began = System.nanoTime();
    var timed =
        new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            super.close(status, trailers);
            Timer.builder("grpc.server.calls")
                .tag("method", getMethodDescriptor().getFullMethodName())
                .tag("code", status.getCode().name())
                .register(meters)
                .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
          }
        };
    return next.startCall(timed, headers);
  }
}
