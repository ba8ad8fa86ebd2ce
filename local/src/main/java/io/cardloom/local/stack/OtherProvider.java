package io.cardloom.local.stack;

import java.net.URI;

/// An identity provider that is not the stack's own.
///
/// @param issuer as its tokens name it, byte for byte
/// @param jwks URL of its key set
public record OtherProvider(String issuer, String jwks) {
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
