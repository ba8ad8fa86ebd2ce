package io.cardloom.index;

import io.cardloom.kit.testing.FreshSchema;

/// The PostgreSQL adapter against the model.
@FreshSchema({"db/kit", "db/index"})
final class PostgresIndexModelTest extends DocumentIndexModelContract {
  @Override
  DocumentIndex index() {
    return new PostgresIndex();
  }
}
