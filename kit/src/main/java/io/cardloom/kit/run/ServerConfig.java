package io.cardloom.kit.run;

import io.cardloom.kit.call.GrpcServer;
import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Keys;
import io.cardloom.kit.call.Tls;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What every service needs to listen and to be trusted: keys `host`, `grpc-port`, `http-port`,
/// `grpc-connection-life`, `admin-port`, `keys`, `tls.*`.
///
/// @param host address the servers bind to
/// @param grpcPort port of the gRPC server; 0 takes a free one
/// @param httpPort port of the public HTTP side, where the service has one
/// @param adminPort port of health and metrics
/// @param keys folder with the services' keys
/// @param tls keys `tls.certificate`, `tls.key`, `tls.trust`: all of them, or none for calls in
///   plain text, as on one machine
/// @param grpcConnectionLife how long callers keep a connection, 1 s to 1 h: an instance that came
///   gets its part of the calls within it
public record ServerConfig(
    String host,
    int grpcPort,
    int httpPort,
    int adminPort,
    Path keys,
    Optional<Tls.Files> tls,
    Duration grpcConnectionLife) {
  private static final Duration LIFE_MIN = Duration.ofSeconds(1);
  private static final Duration LIFE_MAX = Duration.ofHours(1);

  public ServerConfig {
    port("grpc-port", grpcPort);
    port("http-port", httpPort);
    port("admin-port", adminPort);
    if (grpcConnectionLife.compareTo(LIFE_MIN) < 0 || grpcConnectionLife.compareTo(LIFE_MAX) > 0) {
      throw new IllegalArgumentException(
          "setting grpc-connection-life must be PT1S to PT1H, it is " + grpcConnectionLife);
    }
  }

  /// With the usual life of connections.
  public ServerConfig(
      String host, int grpcPort, int httpPort, int adminPort, Path keys, Optional<Tls.Files> tls) {
    this(host, grpcPort, httpPort, adminPort, keys, tls, GrpcServer.CONNECTION_LIFE);
  }

  /// Without TLS between services.
  public ServerConfig(String host, int grpcPort, int httpPort, int adminPort, Path keys) {
    this(host, grpcPort, httpPort, adminPort, keys, Optional.empty());
  }

  public static ServerConfig from(Settings settings) {
    return new ServerConfig(
        settings.text("host", "127.0.0.1"),
        settings.number("grpc-port", 0),
        settings.number("http-port", 0),
        settings.number("admin-port", 0),
        Path.of(settings.text("keys")),
        tls(settings),
        settings.duration("grpc-connection-life", GrpcServer.CONNECTION_LIFE));
  }

  private static Optional<Tls.Files> tls(Settings settings) {
    var keys = List.of("tls.certificate", "tls.key", "tls.trust");
    var files = keys.stream().map(settings::find).flatMap(Optional::stream).map(Path::of).toList();
    if (files.isEmpty()) return Optional.empty();
    if (files.size() < keys.size()) {
      var missing = keys.stream().filter(key -> settings.find(key).isEmpty()).toList();
      throw new IllegalArgumentException(
          "setting "
              + String.join(" and ", missing)
              + (missing.size() == 1 ? " is" : " are")
              + " missing: TLS needs "
              + String.join(", ", keys)
              + ", or none of them");
    }
    return Optional.of(new Tls.Files(files.get(0), files.get(1), files.get(2)));
  }

  public InternalTokens.Verifier verifier() {
    return new InternalTokens.Verifier(Keys.readPublic(keys), Clock.systemUTC());
  }

  public InternalTokens.Signer signer(String service) {
    return new InternalTokens.Signer(service, Keys.readPrivate(keys, service), Clock.systemUTC());
  }

  private static void port(String key, int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("setting " + key + " must be 0 to 65535, it is " + port);
    }
  }
}
