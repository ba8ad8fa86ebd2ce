package io.cardloom.local.stack;

import io.cardloom.idp.realm.RealmFile;
import java.net.URI;

/// Where people and programs reach the stack.
///
/// @param issuer of the access tokens, as they name it
/// @param jwks key set of that issuer
public record StackUrls(Ports ports, String issuer, String jwks) {
  static StackUrls of(StackOptions options) {
    var own = keycloak(options.ports()) + "/realms/" + RealmFile.REALM;
    return new StackUrls(
        options.ports(),
        options.provider().map(OtherProvider::issuer).orElse(own),
        options.provider().map(OtherProvider::jwks).orElse(own + "/protocol/openid-connect/certs"));
  }

  /// The aggregator without a path, which is also the base of every workspace's audience.
  public String publicBase() {
    return url(ports.http(Part.AGGREGATOR, 0));
  }

  /// Where people see their workspaces and the clients they approved.
  public String page() {
    return publicBase() + "/";
  }

  public URI mcp(String workspace) {
    return URI.create(publicBase() + "/" + workspace + "/mcp");
  }

  /// The stack's own identity provider.
  public String keycloak() {
    return keycloak(ports);
  }

  private static String keycloak(Ports ports) {
    return url(ports.keycloak());
  }

  public String ingestApi() {
    return url(ports.http(Part.INGEST, 0));
  }

  public String destinationApi() {
    return url(ports.http(Part.PUBLISHING, 0));
  }

  public String health(Part part, int instance) {
    return url(ports.admin(part, instance)) + "/observe/health";
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }
}
