package io.cardloom.aggregator.identity;

import io.cardloom.kit.run.Settings;
import java.net.URI;

/// Who signs tokens and what this side is called, keys `identity.*` and `public-base`.
///
/// @param publicBase how clients reach the aggregator, such as `https://mcp.example.com`; no slash
///   at the end
/// @param issuer of tokens, compared byte for byte
/// @param jwks where its keys are
/// @param claims where tokens say what Cardloom asks of them
public record IdentityConfig(String publicBase, String issuer, URI jwks, Claims claims) {

  /// Names of claims, keys `identity.claim.*`, so that any OpenID Connect provider will do. A dot
  /// leads into an object: `realm_access.roles`.
  ///
  /// @param workspaces safenames the person approved for the client: a list, or words
  /// @param roles an object of workspace to list of roles, or a list that holds in every workspace
  /// @param organizations an object of workspace to its name for people; may be missing
  public record Claims(String workspaces, String roles, String organizations) {
    public static final Claims DEFAULT =
        new Claims("workspaces", "workspace_roles", "workspace_names");

    static Claims from(Settings settings) {
      return new Claims(
          settings.text("identity.claim.workspaces", DEFAULT.workspaces),
          settings.text("identity.claim.roles", DEFAULT.roles),
          settings.text("identity.claim.organizations", DEFAULT.organizations));
    }
  }

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
        URI.create(settings.text("identity.jwks")),
        Claims.from(settings));
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
