package io.cardloom.kit.call;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
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

  private final Server server;
  private final HealthStatusManager health;

  private GrpcServer(Server server, HealthStatusManager health) {
    this.server = server;
    this.health = health;
  }

  /// In plain text, as on one machine.
  public static GrpcServer start(
      String host,
      int port,
      InternalTokens.Verifier verifier,
      KnownTenants tenants,
      List<? extends BindableService> services) {
    return start(host, port, verifier, Tls.NONE, tenants, services);
  }

  /// Starts on `host:port`; port 0 takes a free one.
  ///
  /// @param tls how calls are secured
  /// @throws IllegalStateException when an rpc declares no permission, or the port is taken
  public static GrpcServer start(
      String host,
      int port,
      InternalTokens.Verifier verifier,
      Tls tls,
      KnownTenants tenants,
      List<? extends BindableService> services) {
    var definitions = services.stream().map(BindableService::bindService).toList();
    Access access = Access.of(definitions);
    var health = new HealthStatusManager();
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(host, port), tls.server())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .addService(health.getHealthService())
            // The last one added runs first.
            .intercept(new ValidationInterceptor())
            .intercept(new ProblemInterceptor())
            .intercept(new CallerInterceptor(verifier, access, tenants));
    if (tls.secured()) {
      builder
          .maxConnectionAge(Tls.CONNECTION_LIFE.toMillis(), TimeUnit.MILLISECONDS)
          .maxConnectionAgeGrace(Tls.CONNECTION_GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }
    for (ServerServiceDefinition definition : definitions) {
      builder.addService(definition);
      health.setStatus(definition.getServiceDescriptor().getName(), ServingStatus.SERVING);
    }
    try {
      return new GrpcServer(builder.build().start(), health);
    } catch (IOException failure) {
      throw new IllegalStateException(
          "gRPC port " + port + " of " + host + " is taken or not allowed: " + failure.getMessage(),
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
