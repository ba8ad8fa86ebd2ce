package io.cardloom.kit.event;

/// An event on its way out.
///
/// @param topic topic name without prefix
/// @param key tenant and object id: what keeps one object's events in order
/// @param payload the protobuf message
/// @param correlationId of the batch that caused it
public record OutboxEvent(String topic, String key, byte[] payload, String correlationId) {

  /// The key of one object's events; the parts are joined by a character that ids cannot hold.
  public static String key(String tenant, String collection, String object) {
    return tenant + "/" + collection + "/" + object;
  }
}
