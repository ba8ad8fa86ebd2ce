package io.cardloom.index;

import io.cardloom.kit.testing.FreshSchema;

/// The PostgreSQL adapter against the model, with inverted indexes.
@FreshSchema({"db/kit", "db/index"})
final class PostgresInvertedModelTest extends DocumentIndexModelContract {
  @Override
  DocumentIndex index() {
    return InvertedIndex.of(new PostgresIndex());
  }
}
