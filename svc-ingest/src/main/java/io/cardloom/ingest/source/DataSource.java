package io.cardloom.ingest.source;

import java.time.Instant;
import java.util.List;

/// A data source.
///
/// @param languages languages its localized values come in; may be empty
/// @param related ids of the sources that share entry ids with it
/// @param version grows with every change of the source or of its properties
public record DataSource(
    String id,
    String name,
    String description,
    List<String> languages,
    List<String> related,
    long version,
    Instant createdAt,
    Instant updatedAt) {
  public DataSource {
    languages = List.copyOf(languages);
    related = List.copyOf(related);
  }
}
