package io.cardloom.index;

/// A collection of one workspace.
///
/// @param tenant the workspace
/// @param name unique in the workspace and service, such as a source, card definition or endpoint
///   id; at most 256 characters
public record CollectionId(String tenant, String name) {
  public CollectionId {
    if (tenant.isEmpty() || name.isEmpty() || name.length() > 256) {
      throw new IllegalArgumentException(
          "a collection has a tenant and a name of 1 to 256 characters");
    }
  }
}
