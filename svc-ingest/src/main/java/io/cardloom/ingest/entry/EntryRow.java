package io.cardloom.ingest.entry;

import java.time.Instant;

/// An entry as stored.
///
/// @param version grows with every change, also over a delete and a new start
/// @param updatedAt when its newest change was accepted
/// @param body canonical JSON object of its values; `{}` when deleted
public record EntryRow(String key, long version, Instant updatedAt, boolean deleted, byte[] body) {
  static final byte[] NO_BODY = {'{', '}'};
  static final long FIRST_VERSION = 1;
}
