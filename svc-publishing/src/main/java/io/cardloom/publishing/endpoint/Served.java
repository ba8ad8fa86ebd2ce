package io.cardloom.publishing.endpoint;

import java.util.List;

/// An endpoint of an active version, with what its destination says about languages and origins.
///
/// @param isProtected for programs with a key only
/// @param corsOrigins origins of web pages that may read it; `*` for any
public record Served(
    Endpoint endpoint,
    boolean isProtected,
    List<String> languages,
    String defaultLanguage,
    List<String> corsOrigins) {
  public Served {
    languages = List.copyOf(languages);
    corsOrigins = List.copyOf(corsOrigins);
  }
}
