package io.cardloom.index;

import io.cardloom.kit.testing.FreshSchema;

/// The PostgreSQL adapter against the contract, with inverted indexes.
@FreshSchema({"db/kit", "db/index"})
final class PostgresInvertedTest extends DocumentIndexContract {
  @Override
  DocumentIndex index() {
    return InvertedIndex.of(new PostgresIndex());
  }
}
