package io.cardloom.local.stack;

import java.net.URI;

/// Where people and programs reach the stack.
public record StackUrls(Ports ports) {
  /// The aggregator without a path, which is also the base of every workspace's audience.
  public String publicBase() {
    return url(ports.http(Part.AGGREGATOR, 0));
  }

  public URI mcp(String workspace) {
    return URI.create(publicBase() + "/" + workspace + "/mcp");
  }

  public String destinationApi() {
    return url(ports.http(Part.PUBLISHING, 0));
  }

  /// The stand-in for an identity provider.
  public String issuer() {
    return url(ports.keySet());
  }

  public String keySet() {
    return issuer() + "/jwks.json";
  }

  public String health(Part part, int instance) {
    return url(ports.admin(part, instance)) + "/observe/health";
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }
}
