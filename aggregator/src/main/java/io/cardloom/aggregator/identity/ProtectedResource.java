package io.cardloom.aggregator.identity;

import io.cardloom.aggregator.codec.JsonText;

/// What clients are told about signing in: the metadata document of a workspace's endpoint (RFC
/// 9728) and the challenges that point to it.
public final class ProtectedResource {
  private final IdentityConfig config;

  public ProtectedResource(IdentityConfig config) {
    this.config = config;
  }

  /// The metadata document; the same for any well-formed workspace, so that it tells nobody which
  /// exist.
  public byte[] document(String workspace) {
    return JsonText.bytes(out -> {
      out.writeStartObject();
      out.writeStringProperty("resource", config.resource(workspace));
      out.writeName("authorization_servers");
      out.writeArray(new String[] {config.issuer()}, 0, 1);
      out.writeName("scopes_supported");
      String[] scopes = Scope.words().toArray(String[]::new);
      out.writeArray(scopes, 0, scopes.length);
      out.writeName("bearer_methods_supported");
      out.writeArray(new String[] {"header"}, 0, 1);
      out.writeStringProperty("resource_name", "Cardloom " + workspace);
      out.writeEndObject();
    });
  }

  /// For a request without a token.
  public String challenge(String workspace) {
    return "Bearer " + hint(workspace) + ", scope=\"" + String.join(" ", Scope.words()) + "\"";
  }

  /// For a token that is not good here.
  public String invalidToken(String workspace, String reason) {
    return "Bearer error=\"invalid_token\", error_description=\""
        + quotable(reason)
        + "\", "
        + hint(workspace)
        + ", scope=\""
        + String.join(" ", Scope.words())
        + "\"";
  }

  /// For a token that was not granted enough.
  public String insufficientScope(String workspace, String scopes) {
    return "Bearer error=\"insufficient_scope\", scope=\""
        + scopes
        + "\", "
        + hint(workspace)
        + ", error_description=\"this tool needs a scope the token does not have\"";
  }

  private String hint(String workspace) {
    return "resource_metadata=\"" + config.metadata(workspace) + "\"";
  }

  private static String quotable(String text) {
    return text.replaceAll("[^\\x20-\\x7E]|[\"\\\\]", " ");
  }
}
