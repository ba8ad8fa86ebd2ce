package io.cardloom.kit.call;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.Permission;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.UUID;

/// Refuses a call without a verified caller, or whose caller lacks what the method's contract
/// demands; else binds the caller to the call.
final class CallerInterceptor implements ServerInterceptor {
  private static final String BEARER = "Bearer ";
  private final InternalTokens.Verifier verifier;
  private final Access access;

  CallerInterceptor(InternalTokens.Verifier verifier, Access access) {
    this.verifier = verifier;
    this.access = access;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!access.knows(method)) return next.startCall(call, headers); // health
    try {
      Caller caller = caller(headers);
      Permission needed = access.of(method);
      if (!caller.permissions().contains(needed)) {
        throw new Problem.Denied(needed.name()).exception();
      }
      Context context = Context.current().withValue(Caller.KEY, caller);
      return Contexts.interceptCall(context, call, headers, traced(headers, next));
    } catch (ProblemException refused) {
      var status = Wire.status(refused.problem());
      Metadata trailers = status.getTrailers();
      call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
      return new ServerCall.Listener<>() {};
    }
  }

  private Caller caller(Metadata headers) {
    String authorization = headers.get(Wire.AUTHORIZATION);
    if (authorization == null || !authorization.startsWith(BEARER)) {
      throw new Problem.Unauthenticated("This call has no internal token.").exception();
    }
    String correlation = headers.get(Wire.CORRELATION);
    return verifier.verify(
        authorization.substring(BEARER.length()),
        correlation == null || correlation.length() > 64
            ? UUID.randomUUID().toString()
            : correlation);
  }

  /// Runs the call inside the caller's trace.
  private static <Q, A> ServerCallHandler<Q, A> traced(
      Metadata headers, ServerCallHandler<Q, A> next) {
    String parent = headers.get(Wire.TRACEPARENT);
    if (parent == null || !parent.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")) return next;
    SpanContext span =
        SpanContext.createFromRemoteParent(
            parent.substring(3, 35),
            parent.substring(36, 52),
            TraceFlags.fromHex(parent, 53),
            TraceState.getDefault());
    return (call, metadata) ->
        new io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
            next.startCall(call, metadata)) {
          @Override
          public void onHalfClose() {
            try (var _ = Span.wrap(span).makeCurrent()) {
              super.onHalfClose();
            }
          }
        };
  }
}
