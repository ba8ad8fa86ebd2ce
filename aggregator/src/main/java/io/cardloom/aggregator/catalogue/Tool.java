package io.cardloom.aggregator.catalogue;

import com.google.protobuf.Descriptors.MethodDescriptor;
import io.cardloom.proto.Effect;
import io.cardloom.proto.Permission;

/// One tool, as its rpc declares it.
///
/// @param description the rpc's comment
/// @param inputSchema compact JSON
/// @param outputSchema compact JSON
/// @param app URI of the page that shows its answers to a person, or empty
public record Tool(
    String name,
    String title,
    String description,
    Effect effect,
    Permission permission,
    MethodDescriptor rpc,
    String inputSchema,
    String outputSchema,
    String app) {

  /// Whether calling it changes nothing that lasts.
  public boolean readOnly() {
    return effect == Effect.READ || effect == Effect.DRAFT;
  }

  /// Whether it may change or remove what is there, as opposed to adding to it.
  public boolean destructive() {
    return effect == Effect.CHANGE || effect == Effect.DELETE || effect == Effect.PUBLISH_EFFECT;
  }
}
