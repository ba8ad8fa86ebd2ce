package io.cardloom.publishing.destination;

import java.time.Instant;
import java.util.List;

/// A named place that consumers read from.
///
/// @param id part of the URL: 1 to 64 of `[A-Za-z0-9_-]`
/// @param languages it is served in, at least one
/// @param defaultLanguage one of them
/// @param corsOrigins origins of web pages that may read it; `*` for any
/// @param isProtected new API versions are for programs with a key
/// @param version grows with every change
public record Destination(
    String tenant,
    String id,
    String name,
    String description,
    List<String> languages,
    String defaultLanguage,
    List<String> corsOrigins,
    boolean isProtected,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  public Destination {
    languages = List.copyOf(languages);
    corsOrigins = List.copyOf(corsOrigins);
  }

  io.cardloom.proto.publishing.v1.Destination toPb() {
    return io.cardloom.proto.publishing.v1.Destination.newBuilder()
        .setId(id)
        .setName(name)
        .setDescription(description)
        .addAllLanguages(languages)
        .setDefaultLanguage(defaultLanguage)
        .addAllCorsOrigins(corsOrigins)
        .setProtected(isProtected)
        .setVersion(version)
        .setCreatedAt(createdAt.toString())
        .setUpdatedAt(updatedAt.toString())
        .build();
  }
}
