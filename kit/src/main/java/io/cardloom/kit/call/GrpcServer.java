package io.cardloom.kit.call;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A service's gRPC server: a verified caller with the permission the contract demands, constraints
/// checked, problems mapped, a virtual thread each call.
public final class GrpcServer {
  /// Largest request: an import payload of 20 MB with its envelope.
  public static final int MESSAGE_BYTES_MAX = 24 << 20;

  /// How long a connection lives by default: within it, callers share what they call with an
  /// instance that came, and what was renewed in their certificates counts.
  public static final Duration CONNECTION_LIFE = Duration.ofMinutes(1);

  /// How long a call may go on when its connection is closed: as long as the longest deadline.
  private static final Duration CONNECTION_GRACE = Duration.ofMinutes(2);

  /// Callers ask whether an instance lives while they wait for it, more often than gRPC's default
  /// allows.
  private static final Duration ASKED_EVERY_MIN = Duration.ofSeconds(10);

  private final Server server;
  private final HealthStatusManager health;

  private GrpcServer(Server server, HealthStatusManager health) {
    this.server = server;
    this.health = health;
  }

  /// Where and how a server listens.
  ///
  /// @param port 0 takes a free one
  /// @param tls how calls are secured
  /// @param connectionLife a connection is closed in order after about this time; its running calls
  ///   go on
  /// @param meters where calls are counted and timed
  public record Listening(
      String host, int port, Tls tls, Duration connectionLife, MeterRegistry meters) {
    /// With the usual life of connections, and not measured.
    Listening(String host, int port, Tls tls) {
      this(host, port, tls, CONNECTION_LIFE, new CompositeMeterRegistry());
    }
  }

  /// In plain text, as on one machine.
  public static GrpcServer start(
      String host,
      int port,
      InternalTokens.Verifier verifier,
      KnownTenants tenants,
      List<? extends BindableService> services) {
    return start(new Listening(host, port, Tls.NONE), verifier, tenants, services);
  }

  /// Starts to listen.
  ///
  /// @throws IllegalStateException when an rpc declares no permission, or the port is taken
  public static GrpcServer start(
      Listening where,
      InternalTokens.Verifier verifier,
      KnownTenants tenants,
      List<? extends BindableService> services) {
    var definitions = services.stream().map(BindableService::bindService).toList();
    Access access = Access.of(definitions);
    var health = new HealthStatusManager();
    var builder =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(where.host(), where.port()), where.tls().server())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .maxConnectionAge(where.connectionLife().toMillis(), TimeUnit.MILLISECONDS)
            .maxConnectionAgeGrace(CONNECTION_GRACE.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(ASKED_EVERY_MIN.toMillis(), TimeUnit.MILLISECONDS)
            .addService(health.getHealthService())
            // The last one added runs first.
            .intercept(new ValidationInterceptor())
            .intercept(new ProblemInterceptor())
            .intercept(new CallerInterceptor(verifier, access, tenants))
            .intercept(new CallTimes(where.meters()));
    for (ServerServiceDefinition definition : definitions) {
      builder.addService(definition);
      health.setStatus(definition.getServiceDescriptor().getName(), ServingStatus.SERVING);
    }
    try {
      return new GrpcServer(builder.build().start(), health);
    } catch (IOException failure) {
      throw new IllegalStateException(
          "gRPC port %d of %s is taken or not allowed: %s"
              .formatted(where.port(), where.host(), failure.getMessage()),
          failure);
    }
  }

  public int port() {
    return server.getPort();
  }

  /// Takes no new calls, lets running ones finish within `wait`, then cuts the rest.
  public void drain(Duration wait) {
    health.enterTerminalState();
    server.shutdown();
    try {
      server.awaitTermination(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    server.shutdownNow();
  }
}
