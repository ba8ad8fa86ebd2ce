package io.cardloom.publishing.apiversion;

import io.cardloom.proto.publishing.v1.ApiVersionState;
import java.time.Instant;

/// A version of a destination's API.
///
/// @param id destination id, a dot, the version's name
/// @param number from 1; the name is `v` and the number
/// @param isProtected its rows are for programs with a key only
/// @param version grows with every change
public record ApiVersion(
    String tenant,
    String id,
    String destinationId,
    int number,
    String description,
    State state,
    boolean isProtected,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /// Most versions of one destination that are served at once.
  public static final int ACTIVE_MAX = 3;

  /// NEW takes endpoints, ACTIVE is served, STOPPED is the end.
  public enum State {
    NEW,
    ACTIVE,
    STOPPED;

    ApiVersionState toPb() {
      return switch (this) {
        case NEW -> ApiVersionState.API_VERSION_STATE_NEW;
        case ACTIVE -> ApiVersionState.API_VERSION_STATE_ACTIVE;
        case STOPPED -> ApiVersionState.API_VERSION_STATE_STOPPED;
      };
    }
  }

  public String name() {
    return "v" + number;
  }

  /// The id of a version.
  public static String id(String destinationId, int number) {
    return destinationId + ".v" + number;
  }

  /// The same with a change, under the next version.
  public ApiVersion changed(State state, String description, boolean isProtected, Instant at) {
    return new ApiVersion(
        tenant,
        id,
        destinationId,
        number,
        description,
        state,
        isProtected,
        version + 1,
        createdAt,
        at);
  }

  public io.cardloom.proto.publishing.v1.ApiVersion toPb() {
    return io.cardloom.proto.publishing.v1.ApiVersion.newBuilder()
        .setId(id)
        .setDestinationId(destinationId)
        .setName(name())
        .setDescription(description)
        .setState(state.toPb())
        .setProtected(isProtected)
        .setVersion(version)
        .setCreatedAt(createdAt.toString())
        .setUpdatedAt(updatedAt.toString())
        .build();
  }
}
