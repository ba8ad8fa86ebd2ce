package io.cardloom.publishing.endpoint;

import java.util.List;

/// An endpoint of an active version, with what its destination says about languages and origins.
///
/// @param isProtected for programs with a key only
/// @param corsOrigins origins of web pages that may read it; `*` for any
/// @param revision of the destination's versions, another one after each change of one
public record Served(
    Endpoint endpoint,
    boolean isProtected,
    List<String> languages,
    String defaultLanguage,
    List<String> corsOrigins,
    String revision) {
  public Served {
    languages = List.copyOf(languages);
    corsOrigins = List.copyOf(corsOrigins);
  }

  /// The names under which consumers reach an endpoint.
  ///
  /// @param version such as `v2`; empty for the newest active one that has the path
  public record Address(String tenant, String destination, String version, String path) {}
}
