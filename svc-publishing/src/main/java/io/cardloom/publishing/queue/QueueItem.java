package io.cardloom.publishing.queue;

import com.google.protobuf.ByteString;
import io.cardloom.index.CollectionId;

/// A change of a card for one endpoint.
///
/// @param endpoint its rows in the index
/// @param version of the card; a version the row has passed changes nothing
/// @param body canonical JSON of the card's values; empty when deleted
/// @param acceptedAtMicros when the entry's change behind it was accepted, microseconds since 1970
/// @param correlationId of the batch that caused it
/// @param attempts tries that failed before
public record QueueItem(
    CollectionId endpoint,
    String cardId,
    long version,
    boolean deleted,
    ByteString body,
    long acceptedAtMicros,
    String correlationId,
    int attempts) {}
