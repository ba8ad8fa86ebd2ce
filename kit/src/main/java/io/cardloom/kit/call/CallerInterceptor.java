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
import io.opentelemetry.api.trace.SpanKind;
import java.util.UUID;

/// Refuses a call without a verified caller, of a workspace the service does not answer for, or
/// whose caller lacks what the method's contract demands; else binds the caller to the call.
final class CallerInterceptor implements ServerInterceptor {
  private static final String BEARER = "Bearer ";
  private final InternalTokens.Verifier verifier;
  private final Access access;
  private final KnownTenants tenants;

  CallerInterceptor(InternalTokens.Verifier verifier, Access access, KnownTenants tenants) {
    this.verifier = verifier;
    this.access = access;
    this.tenants = tenants;
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
      // The operator makes workspaces known.
      if (needed != Permission.OPERATOR) tenants.require(caller.tenant());
      Context context = Context.current().withValue(Caller.KEY, caller);
      return Contexts.interceptCall(context, call, headers, traced(next));
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

  /// Runs the call as a span of the caller's trace.
  private static <Q, A> ServerCallHandler<Q, A> traced(ServerCallHandler<Q, A> next) {
    return (call, headers) ->
        new io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
            next.startCall(call, headers)) {
          @Override
          public void onHalfClose() {
            Span span =
                Trace.begin(
                    call.getMethodDescriptor().getFullMethodName(),
                    SpanKind.SERVER,
                    headers.get(Wire.TRACEPARENT));
            try (var _ = span.makeCurrent()) {
              super.onHalfClose();
            } finally {
              span.end();
            }
          }
        };
  }
}
