package io.cardloom.cards.card;

import io.cardloom.index.Body;
import java.util.Arrays;

/// A card's row, which is also the state of its merge: each property comes from one source, so what
/// a source says replaces its own properties, and no copy of the entries is kept.
///
/// @param version 0 while the card has never existed; grows with every change told, over deletes
///   too
/// @param deleted no source has the entry; the row stays
/// @param body all values; empty when deleted
/// @param json the body's canonical JSON
/// @param acceptedAtMicros when the newest change told was accepted, microseconds since 1970
/// @param correlationId of the change just made; empty for a row as read
record Card(
    CardKey key,
    long version,
    boolean deleted,
    SourceVersions sources,
    Body body,
    byte[] json,
    long acceptedAtMicros,
    String correlationId) {

  private static final byte[] EMPTY = Body.EMPTY.toJson();

  /// A card that nothing is known of.
  static Card unknown(CardKey key, int sources) {
    return new Card(key, 0, true, SourceVersions.none(sources), Body.EMPTY, EMPTY, 0, "");
  }

  /// This card with one entry's state in it; itself when it has passed that. The version stays: it
  /// belongs to what is told, see [#toldAfter].
  ///
  /// @param values the change's
  Card with(Feed feed, EntryChange change, Body values) {
    if (sources.passed(feed.position(), change.version())) return this;
    SourceVersions seen = sources.with(feed.position(), change.version(), change.deleted());
    boolean gone = !seen.anyPresent();
    Body merged = gone ? Body.EMPTY : feed.merged(body, values);
    byte[] after = merged.toJson();
    boolean same = gone == deleted && Arrays.equals(after, json);
    return new Card(
        key,
        version,
        gone,
        seen,
        merged,
        after,
        same ? acceptedAtMicros : Math.max(acceptedAtMicros, change.acceptedAtMicros()),
        same ? correlationId : change.correlationId());
  }

  /// Whether others see a difference to `before`.
  boolean differsFrom(Card before) {
    return deleted != before.deleted || !Arrays.equals(json, before.json);
  }

  /// Whether the row has to be written, `before` being the one stored.
  boolean storesMoreThan(Card before) {
    return differsFrom(before) || !sources.equals(before.sources);
  }

  /// This card under the next version when its difference to `before` is to be told, else under the
  /// same.
  Card toldAfter(Card before) {
    boolean told = differsFrom(before);
    return new Card(
        key,
        told ? before.version + 1 : before.version,
        deleted,
        sources,
        body,
        json,
        told ? acceptedAtMicros : before.acceptedAtMicros,
        correlationId);
  }
}
