package io.cardloom.publishing.apiversion;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.key.KeyedApi;
import io.cardloom.publishing.destination.Destination;
import io.cardloom.publishing.destination.DestinationStore;
import java.util.Collection;
import java.util.stream.Stream;

/// What a key of the Destination API can be made for: an API version, or a destination with all
/// versions it has and will have.
public record KeyedVersions(DestinationStore destinations, ApiVersionStore versions)
    implements KeyedApi.Resources {
  @Override
  public boolean has(Tx tx, String tenant, String id) {
    return versions.find(tx, tenant, id).isPresent()
        || destinations.find(tx, tenant, id).isPresent();
  }

  @Override
  public Collection<String> ids(Tx tx, String tenant) {
    return Stream.concat(
            destinations.list(tx, tenant).stream().map(Destination::id),
            versions.list(tx, tenant).stream().map(ApiVersion::id))
        .toList();
  }
}
