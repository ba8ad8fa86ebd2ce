package io.cardloom.cards.card;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/// Which version of each source's entry a card holds, and whether that entry is there.
///
/// One number for each source, in the definition's order: the version, negative when it is a
/// delete, 0 when none was seen. So a delete keeps its version, and an older event that comes late
/// is dropped.
record SourceVersions(List<Long> signed) {
  SourceVersions {
    signed = List.copyOf(signed);
  }

  static SourceVersions none(int sources) {
    return new SourceVersions(Collections.nCopies(sources, 0L));
  }

  /// Whether this version of the source's entry, or a newer one, is in already.
  boolean passed(int source, long version) {
    return Math.abs(signed.get(source)) >= version;
  }

  /// The version seen, 0 for none.
  long seen(int source) {
    return Math.abs(signed.get(source));
  }

  /// Whether the source has the entry.
  boolean present(int source) {
    return signed.get(source) > 0;
  }

  /// Whether any source has the entry: whether the card exists.
  boolean anyPresent() {
    return signed.stream().anyMatch(version -> version > 0);
  }

  SourceVersions with(int source, long version, boolean deleted) {
    Long[] versions = signed.toArray(Long[]::new);
    versions[source] = deleted ? -version : version;
    return new SourceVersions(Arrays.asList(versions));
  }

  /// As PostgreSQL reads a `bigint[]`.
  String toArrayText() {
    return signed.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
  }
}
