package io.cardloom.aggregator.connect;

import io.cardloom.aggregator.identity.IdentityConfig;
import io.cardloom.kit.run.Settings;
import java.net.URI;
import java.util.Optional;

/// How people sign in on the page at `/`, keys `connect.*`. Without `connect.client-id` nobody can,
/// and the page says only what this is.
///
/// @param clientId of the confidential client at the identity provider, `connect.client-id`
/// @param secret of that client, `connect.secret`, or the file of `connect.secret-file`; the keys
///   of cookies follow from it too, so every instance reads those of the others
/// @param provider how the identity provider is reached from here, `connect.provider`: the issuer,
///   where that is not reachable from inside under its public name
public record ConnectConfig(String clientId, String secret, URI provider) {
  /// A shorter secret would make the keys of cookies guessable.
  private static final int SECRET_CHARS_MIN = 16;

  public ConnectConfig {
    if (secret.length() < SECRET_CHARS_MIN) {
      throw new IllegalArgumentException(
          "setting connect.secret must have at least " + SECRET_CHARS_MIN + " characters");
    }
    if (!provider.isAbsolute() || provider.toString().endsWith("/")) {
      throw new IllegalArgumentException(
          "setting connect.provider must be an absolute URL without a slash at the end, it is "
              + provider);
    }
  }

  /// Nothing where the page is off.
  public static Optional<ConnectConfig> from(Settings settings, IdentityConfig identity) {
    var clientId = settings.find("connect.client-id");
    if (clientId.isEmpty()) {
      if (settings.find("connect.secret").isPresent()
          || settings.find("connect.secret-file").isPresent()) {
        throw new IllegalArgumentException(
            "setting connect.client-id is missing: there is a secret and nobody it belongs to");
      }
      return Optional.empty();
    }
    var secret =
        settings
            .secret("connect.secret")
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "setting connect.client-id needs its secret: connect.secret or"
                        + " connect.secret-file"));
    return Optional.of(
        new ConnectConfig(
            clientId.get(),
            secret,
            URI.create(settings.text("connect.provider", identity.issuer()))));
  }

  /// Not the secret.
  @Override
  public String toString() {
    return "ConnectConfig[" + clientId + " at " + provider + "]";
  }
}
