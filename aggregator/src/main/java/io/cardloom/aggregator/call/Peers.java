package io.cardloom.aggregator.call;

import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.call.Tls;
import io.cardloom.kit.run.Settings;
import java.util.List;

/// The services behind the tools, each with its own channel.
public record Peers(Peer ingest, Peer cards, Peer publishing, Peer metrics)
    implements AutoCloseable {

  /// Where they are, keys `peer.*`: `host:port` or any gRPC target.
  public record Targets(String ingest, String cards, String publishing, String metrics) {
    public static Targets from(Settings settings) {
      return new Targets(
          settings.text("peer.svc-ingest"),
          settings.text("peer.svc-cards"),
          settings.text("peer.svc-publishing"),
          settings.text("peer.svc-metrics"));
    }
  }

  /// Connects when the first call is made, so a service may start later.
  public static Peers open(Targets targets, InternalTokens.Signer signer, Tls tls) {
    return new Peers(
        Peer.open("svc-ingest", targets.ingest(), signer, tls),
        Peer.open("svc-cards", targets.cards(), signer, tls),
        Peer.open("svc-publishing", targets.publishing(), signer, tls),
        Peer.open("svc-metrics", targets.metrics(), signer, tls));
  }

  /// The service that answers the rpcs of a contract's package, such as `cardloom.ingest.v1`.
  Peer of(String protoPackage) {
    return switch (protoPackage) {
      case "cardloom.ingest.v1" -> ingest;
      case "cardloom.cards.v1" -> cards;
      case "cardloom.publishing.v1" -> publishing;
      case "cardloom.metrics.v1" -> metrics;
      default -> throw new IllegalStateException("no service answers the package " + protoPackage);
    };
  }

  @Override
  public void close() {
    List.of(ingest, cards, publishing, metrics).forEach(Peer::close);
  }
}
