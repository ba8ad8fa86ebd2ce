package io.cardloom.kit.call;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Another service, as this one calls it: with an internal token for the caller, a deadline on
/// every call, spread over its instances: all addresses that the name of its target has take turns.
/// The name is asked for again whenever a connection ends, which each does after a minute.
public final class Peer implements AutoCloseable {
  private final String name;
  private final ManagedChannel channel;
  private final InternalTokens.Signer signer;

  private Peer(String name, ManagedChannel channel, InternalTokens.Signer signer) {
    this.name = name;
    this.channel = channel;
    this.signer = signer;
  }

  /// In plain text, as on one machine.
  public static Peer open(String name, String target, InternalTokens.Signer signer) {
    return open(name, target, signer, Tls.NONE);
  }

  /// @param name the service, as problems name it and as its certificate does
  /// @param target `host:port`, or any gRPC target such as `dns:///svc-ingest:7000`
  /// @param tls how calls are secured
  public static Peer open(String name, String target, InternalTokens.Signer signer, Tls tls) {
    var builder =
        NettyChannelBuilder.forTarget(target, tls.client())
            .defaultLoadBalancingPolicy("round_robin")
            .maxInboundMessageSize(GrpcServer.MESSAGE_BYTES_MAX)
            .keepAliveTime(30, TimeUnit.SECONDS);
    if (tls.secured()) builder.overrideAuthority(name);
    return new Peer(name, builder.build(), signer);
  }

  public String name() {
    return name;
  }

  /// A channel whose calls are the caller's and end within `deadline`.
  public Channel as(Caller caller, Duration deadline) {
    var headers = new Metadata();
    headers.put(Wire.AUTHORIZATION, "Bearer " + signer.sign(caller));
    headers.put(Wire.CORRELATION, caller.correlationId());
    String trace = Trace.currentParent();
    if (!trace.isEmpty()) headers.put(Wire.TRACEPARENT, trace);
    return ClientInterceptors.intercept(channel, new Attach(headers, deadline));
  }

  /// Runs a call and tells its failure as a problem.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException what the service told, or `Unavailable` when
  ///   it did not answer
  public <T> T call(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException failure) {
      throw Wire.failure(failure, name);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private record Attach(Metadata headers, Duration deadline) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      CallOptions bounded = options.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
      return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, bounded)) {
        @Override
        public void start(Listener<A> listener, Metadata own) {
          own.merge(headers);
          super.start(listener, own);
        }
      };
    }
  }
}
