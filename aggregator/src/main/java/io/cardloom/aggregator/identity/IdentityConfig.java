package io.cardloom.aggregator.identity;

import io.cardloom.kit.run.Settings;
import java.net.URI;

/// Who signs tokens and what this side is called, keys `identity.*` and `public-base`.
///
/// @param publicBase how clients reach the aggregator, such as `https://mcp.example.com`; no slash
///   at the end
/// @param issuer of tokens, compared byte for byte
/// @param jwks where its keys are
public record IdentityConfig(String publicBase, String issuer, URI jwks) {
  public IdentityConfig {
    if (!publicBase.matches("https?://[^/?#]+(/[^?#]*[^/?#])?")) {
      throw new IllegalArgumentException(
          "setting public-base must be an http or https URL without a slash at the end, it is "
              + publicBase);
    }
    if (issuer.isBlank()) throw new IllegalArgumentException("setting identity.issuer is empty");
    if (!jwks.isAbsolute()) {
      throw new IllegalArgumentException(
          "setting identity.jwks must be an absolute URL, it is " + jwks);
    }
  }

  public static IdentityConfig from(Settings settings) {
    return new IdentityConfig(
        settings.text("public-base"),
        settings.text("identity.issuer"),
        URI.create(settings.text("identity.jwks")));
  }

  /// The resource that a token for this workspace must name as its audience.
  public String resource(String workspace) {
    return publicBase + "/" + workspace + "/mcp";
  }

  /// Where the metadata of that resource is (RFC 9728): before the path of the resource.
  String metadata(String workspace) {
    var resource = URI.create(resource(workspace));
    return resource.resolve("/").toString()
        + ".well-known/oauth-protected-resource"
        + resource.getRawPath();
  }
}
