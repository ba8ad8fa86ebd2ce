package io.cardloom.aggregator;

import io.cardloom.aggregator.call.CallLimits;
import io.cardloom.aggregator.call.Deadlines;
import io.cardloom.aggregator.call.Peers;
import io.cardloom.aggregator.connect.ConnectConfig;
import io.cardloom.aggregator.identity.IdentityConfig;
import io.cardloom.aggregator.mcp.StreamConfig;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.run.ServerConfig;
import io.cardloom.kit.run.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Settings of the aggregator. A wrong one stops the start and names its key.
///
/// @param server address and ports; the gRPC port is not used
/// @param allowedOrigins key `allowed-origins`, comma-separated: web pages that may call, besides
///   those of the public host and, on a loopback listener, of this machine
/// @param bodyBytesMax key `body-bytes-max`: a 20 MB import and its envelope fit
/// @param calls what one caller may call before a tool says `rate_limited`
/// @param requestsPerSecond key `limit.requests`: what one caller may send before it is answered
///   429
/// @param connect how people sign in on the page at `/`; nothing where they cannot
public record AggregatorConfig(
    ServerConfig server,
    IdentityConfig identity,
    Peers.Targets peers,
    KafkaConfig kafka,
    Deadlines deadlines,
    List<String> allowedOrigins,
    int bodyBytesMax,
    StreamConfig streams,
    CallLimits.Rates calls,
    int requestsPerSecond,
    Optional<ConnectConfig> connect) {

  /// Largest body by default, in bytes.
  public static final int BODY_BYTES_MAX = 24 << 20;

  /// Requests a second of one caller by default.
  public static final int REQUESTS_PER_SECOND = 2000;

  public AggregatorConfig {
    allowedOrigins = List.copyOf(allowedOrigins);
    if (bodyBytesMax < 1024 || bodyBytesMax > BODY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "setting body-bytes-max must be 1024 to " + BODY_BYTES_MAX + ", it is " + bodyBytesMax);
    }
  }

  public static AggregatorConfig from(Settings settings) {
    var identity = IdentityConfig.from(settings);
    return new AggregatorConfig(
        ServerConfig.from(settings),
        identity,
        Peers.Targets.from(settings),
        KafkaConfig.from(settings),
        Deadlines.from(settings),
        Arrays.stream(settings.text("allowed-origins", "").split(","))
            .map(String::strip)
            .filter(origin -> !origin.isEmpty())
            .toList(),
        settings.number("body-bytes-max", BODY_BYTES_MAX),
        StreamConfig.from(settings),
        CallLimits.Rates.from(settings),
        settings.number("limit.requests", REQUESTS_PER_SECOND),
        ConnectConfig.from(settings, identity));
  }
}
