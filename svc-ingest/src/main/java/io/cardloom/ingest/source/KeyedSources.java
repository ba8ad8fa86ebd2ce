package io.cardloom.ingest.source;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.key.KeyedApi;
import java.util.Collection;

/// The data sources that a key of the Ingest API can be made for.
public record KeyedSources(SourceStore sources) implements KeyedApi.Resources {
  @Override
  public boolean has(Tx tx, String tenant, String id) {
    return sources.find(tx, tenant, id).isPresent();
  }

  @Override
  public Collection<String> ids(Tx tx, String tenant) {
    return sources.ids(tx, tenant);
  }
}
