package io.cardloom.index;

import io.cardloom.kit.db.Sql;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A collection as it is kept: its table and its columns.
///
/// @param id our own number, in order of all tenants' collections; the table is named after it.
///   Nothing that a caller is told may depend on it
/// @param inverted the inverted index is made
/// @param columns by property id
record Shape(
    CollectionId collection, int id, long revision, boolean inverted, Map<String, Column> columns) {
  Shape {
    columns = Map.copyOf(columns);
  }

  Shape with(Map<String, Column> columns) {
    return new Shape(collection, id, revision, inverted, columns);
  }

  String tenant() {
    return collection.tenant();
  }

  String table() {
    return "index_doc_" + id;
  }

  /// What every statement on the table asks first: rows of this tenant, in a transaction for it; in
  /// another one it fails. The second half is asked once a statement, not once a row.
  Sql own() {
    return new Sql().add("tenant = ? AND index_doc_reached(?)", tenant(), tenant());
  }

  /// Whether a tree could hold the order of this column, and does not.
  boolean mayOrder(Column column) {
    return column.sortable()
        && !column.sorted()
        && columns.values().stream().filter(Column::sorted).count() < Shapes.SORTED_MAX;
  }

  @Nullable Column column(String property) {
    return columns.get(property);
  }
}
