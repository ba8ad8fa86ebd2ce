package io.cardloom.kit.run;

import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Keys;
import java.nio.file.Path;
import java.time.Clock;

/// What every service needs to listen and to be trusted: keys `host`, `grpc-port`, `http-port`,
/// `admin-port`, `keys`.
///
/// @param host address the servers bind to
/// @param grpcPort port of the gRPC server; 0 takes a free one
/// @param httpPort port of the public HTTP side, where the service has one
/// @param adminPort port of health and metrics
/// @param keys folder with the services' keys
public record ServerConfig(String host, int grpcPort, int httpPort, int adminPort, Path keys) {
  public ServerConfig {
    port("grpc-port", grpcPort);
    port("http-port", httpPort);
    port("admin-port", adminPort);
  }

  public static ServerConfig from(Settings settings) {
    return new ServerConfig(
        settings.text("host", "127.0.0.1"),
        settings.number("grpc-port", 0),
        settings.number("http-port", 0),
        settings.number("admin-port", 0),
        Path.of(settings.text("keys")));
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
