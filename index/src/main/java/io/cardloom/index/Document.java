package io.cardloom.index;

/// A document's newest state. A version at or below the one indexed changes nothing.
///
/// @param key 1 to 256 characters
/// @param version grows with every change, also over a delete
/// @param deleted the document is gone; its version stays, so that a late older one is dropped
/// @param body canonical JSON object of the values ([Body]); empty when deleted
/// @param acceptedAtMicros when the change was accepted, microseconds since 1970
public record Document(
    String key, long version, boolean deleted, Body body, long acceptedAtMicros) {
  public static Document of(String key, long version, Body body, long acceptedAtMicros) {
    return new Document(key, version, false, body, acceptedAtMicros);
  }

  public static Document deleted(String key, long version, long acceptedAtMicros) {
    return new Document(key, version, true, Body.EMPTY, acceptedAtMicros);
  }
}
