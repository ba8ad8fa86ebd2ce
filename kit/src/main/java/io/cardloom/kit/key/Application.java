package io.cardloom.kit.key;

import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.ApplicationKey;
import io.cardloom.proto.application.v1.KeyState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A program that uses an API.
///
/// @param resourceIds what its keys open; `*` for all there is and will be
/// @param keyDays how long a key of it lasts
/// @param keys the newest first
/// @param version grows with every change
record Application(
    String tenant,
    String id,
    String name,
    String description,
    List<String> resourceIds,
    int keyDays,
    String createdBy,
    Instant createdAt,
    Optional<Instant> revokedAt,
    long version,
    List<Key> keys) {

  /// Keys it may use at a time: the one in use, and the next while its program changes over.
  static final int ACTIVE_KEYS_MAX = 2;

  /// Ended keys that are still listed.
  static final int ENDED_KEYS_MAX = 4;

  /// A key without its text.
  record Key(
      String id,
      String createdBy,
      Instant createdAt,
      Instant expiresAt,
      Optional<Instant> lastUsedAt,
      Optional<Instant> revokedAt) {

    boolean active(Instant now) {
      return revokedAt.isEmpty() && now.isBefore(expiresAt);
    }

    private ApplicationKey toPb(Instant now) {
      var pb =
          ApplicationKey.newBuilder()
              .setId(id)
              .setState(
                  revokedAt.isPresent()
                      ? KeyState.KEY_STATE_REVOKED
                      : active(now) ? KeyState.KEY_STATE_ACTIVE : KeyState.KEY_STATE_EXPIRED)
              .setCreatedBy(createdBy)
              .setCreatedAt(createdAt.toString())
              .setExpiresAt(expiresAt.toString());
      lastUsedAt.ifPresent(at -> pb.setLastUsedAt(at.toString()));
      revokedAt.ifPresent(at -> pb.setRevokedAt(at.toString()));
      return pb.build();
    }
  }

  Application {
    resourceIds = List.copyOf(resourceIds);
    keys = List.copyOf(keys);
  }

  List<Key> activeKeys(Instant now) {
    return keys.stream().filter(key -> key.active(now)).toList();
  }

  Application with(List<Key> others) {
    return new Application(
        tenant,
        id,
        name,
        description,
        resourceIds,
        keyDays,
        createdBy,
        createdAt,
        revokedAt,
        version,
        others);
  }

  /// The same after one more change.
  Application next() {
    return new Application(
        tenant,
        id,
        name,
        description,
        resourceIds,
        keyDays,
        createdBy,
        createdAt,
        revokedAt,
        version + 1,
        keys);
  }

  io.cardloom.proto.application.v1.Application toPb(Api api, Instant now) {
    var pb =
        io.cardloom.proto.application.v1.Application.newBuilder()
            .setId(id)
            .setApi(api)
            .setName(name)
            .setDescription(description)
            .addAllResourceIds(resourceIds)
            .setCreatedBy(createdBy)
            .setCreatedAt(createdAt.toString())
            .setVersion(version);
    revokedAt.ifPresent(at -> pb.setRevokedAt(at.toString()));
    keys.forEach(key -> pb.addKeys(key.toPb(now)));
    return pb.build();
  }
}
