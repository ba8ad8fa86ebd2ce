package io.cardloom.index;

import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.Query;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The document index on PostgreSQL, in the service's own schema (migrations `db/index`).
public final class PostgresIndex implements DocumentIndex {
  @Override
  public void define(Tx tx, CollectionId id, List<IndexedProperty> properties) {
    throw new IllegalStateException("layout is being measured");
  }

  @Override
  public void drop(Tx tx, CollectionId id) {
    throw new IllegalStateException("layout is being measured");
  }

  @Override
  public List<String> apply(Tx tx, CollectionId id, List<Document> batch) {
    throw new IllegalStateException("layout is being measured");
  }

  @Override
  public Result search(Tx tx, CollectionId id, Query query) {
    throw new IllegalStateException("layout is being measured");
  }

  @Override
  public List<ValueCount> values(Tx tx, CollectionId id, ValueQuery query) {
    throw new IllegalStateException("layout is being measured");
  }

  @Override
  public Map<String, Long> versions(Tx tx, CollectionId id, Collection<String> keys) {
    throw new IllegalStateException("layout is being measured");
  }

  @Override
  public List<Hit> scan(Tx tx, CollectionId id, String afterKey, int limit) {
    throw new IllegalStateException("layout is being measured");
  }

  @Override
  public long count(Tx tx, CollectionId id) {
    throw new IllegalStateException("layout is being measured");
  }
}
