package io.cardloom.ingest.source;

import io.cardloom.index.IndexedProperty;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.ingest.v1.PropertyState;

/// A property of a data source.
///
/// @param id lower case
/// @param delimiter of lists; empty for every other type
/// @param delimiterBefore what the delimiter was, while a change is being applied; else empty
/// @param state UPDATING while stored values are being converted
public record SourceProperty(
    String id,
    String displayName,
    String description,
    PropertyType type,
    String delimiter,
    String delimiterBefore,
    PropertyState state) {

  /// Separates list items where nothing else is said.
  public static final String DELIMITER = "|";

  /// A property that an import found, named by its id.
  public static SourceProperty found(String id, PropertyType type) {
    return new SourceProperty(
        id, id, "", type, isList(type) ? DELIMITER : "", "", PropertyState.PROPERTY_STATE_ACTIVE);
  }

  public boolean localized() {
    return indexed().localized();
  }

  public boolean list() {
    return isList(type);
  }

  public boolean updating() {
    return state == PropertyState.PROPERTY_STATE_UPDATING;
  }

  public IndexedProperty indexed() {
    return new IndexedProperty(id, type);
  }

  static boolean isList(PropertyType type) {
    return new IndexedProperty("", type).list();
  }
}
