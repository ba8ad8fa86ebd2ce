package io.cardloom.idp.server;

import java.nio.file.Path;

/// How Keycloak is started.
///
/// @param data folder of its own: secrets, database file, logs
/// @param cache where distributions are unpacked and built, shared by all installations of a user
/// @param port of loopback
/// @param managementPort of loopback: health
/// @param url how browsers and clients reach it, exactly, without a slash at the end; begins the
///   issuer
/// @param publicBase how clients reach the aggregator, without a slash at the end; begins every
///   audience
public record KeycloakOptions(
    Path data,
    Path cache,
    int port,
    int managementPort,
    String url,
    String publicBase,
    Database database) {
  public KeycloakOptions {
    for (String one : new String[] {url, publicBase}) {
      if (!one.matches("https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?")) {
        throw new IllegalArgumentException(
            one + " is no http or https URL without a slash at the end");
      }
    }
  }

  /// On loopback, with its database in a file and the cache of the user.
  public static KeycloakOptions local(Path data, int port, int managementPort, String publicBase) {
    return new KeycloakOptions(
        data,
        Path.of(System.getProperty("user.home"), ".cache", "cardloom", "keycloak"),
        port,
        managementPort,
        "http://127.0.0.1:" + port,
        publicBase,
        new Database.File());
  }
}
