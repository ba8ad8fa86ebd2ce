package io.cardloom.index;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A collection as it is kept: its table and its columns.
///
/// @param id our own number; the table is named after it
/// @param columns by property id
record Shape(String tenant, int id, long revision, Map<String, Column> columns) {
  Shape {
    columns = Map.copyOf(columns);
  }

  String table() {
    return "index_doc_" + id;
  }

  @Nullable Column column(String property) {
    return columns.get(property);
  }
}
