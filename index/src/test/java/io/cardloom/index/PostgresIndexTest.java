package io.cardloom.index;

import io.cardloom.kit.testing.FreshSchema;

/// The PostgreSQL adapter against the contract.
@FreshSchema({"db/kit", "db/index"})
final class PostgresIndexTest extends DocumentIndexContract {
  @Override
  DocumentIndex index() {
    return new PostgresIndex();
  }
}
