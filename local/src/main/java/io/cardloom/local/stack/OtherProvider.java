package io.cardloom.local.stack;

import java.net.URI;
import java.util.Optional;

/// An identity provider that is not the stack's own.
///
/// @param issuer as its tokens name it, byte for byte
/// @param jwks URL of its key set
/// @param connect the client there that signs people in on the aggregator's page, which nobody can
///   without one
public record OtherProvider(String issuer, String jwks, Optional<ConnectClient> connect) {
  /// @param secretFile has the client's secret and nothing else
  public record ConnectClient(String id, String secretFile) {}

  /// One without a client for the page.
  public OtherProvider(String issuer, String jwks) {
    this(issuer, jwks, Optional.empty());
  }

  public OtherProvider {
    for (var url : new String[] {issuer, jwks}) {
      var scheme = URI.create(url).getScheme();
      if (!"http".equals(scheme) && !"https".equals(scheme)) {
        throw new IllegalArgumentException(
            "An identity provider is named by http or https URLs, not by " + url + ".");
      }
    }
  }
}
