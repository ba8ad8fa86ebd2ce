package io.cardloom.index;

import io.cardloom.proto.common.v1.PropertyType;

/// Where a property of a collection is kept: column `p<slot>` of its table.
///
/// | type | column | holds |
/// |---|---|---|
/// | text | text | the folded value |
/// | list | text[] | the folded values, each once |
/// | localized text, list | jsonb | language to folded value or values |
/// | boolean | boolean | |
/// | timestamp | bigint | microseconds since 1970 |
/// | integer, decimal | double precision | |
///
/// @param sorted a tree holds its order
record Column(String property, PropertyType type, int slot, boolean sorted) {
  /// Longest sort value, in characters; values that agree in so many are sorted by key. A btree
  /// entry holds 2,700 bytes at most.
  static final int SORT_CHARS_MAX = 128;

  String name() {
    return name(slot);
  }

  static String name(int slot) {
    return "p" + slot;
  }

  boolean localized() {
    return new IndexedProperty(property, type).localized();
  }

  boolean list() {
    return new IndexedProperty(property, type).list();
  }

  boolean number() {
    return type == PropertyType.PROPERTY_TYPE_INTEGER || type == PropertyType.PROPERTY_TYPE_DECIMAL;
  }

  boolean text() {
    return type == PropertyType.PROPERTY_TYPE_TEXT;
  }

  /// Whether it is asked for ranges of it.
  boolean range() {
    return number() || type == PropertyType.PROPERTY_TYPE_TIMESTAMP;
  }

  /// Whether a tree can hold its order.
  boolean sortable() {
    return !list() && !localized() && type != PropertyType.PROPERTY_TYPE_BOOLEAN;
  }

  String sqlType() {
    return switch (type) {
      case PROPERTY_TYPE_TEXT, PROPERTY_TYPE_UNSPECIFIED, UNRECOGNIZED -> "text COLLATE \"C\"";
      case PROPERTY_TYPE_LIST -> "text[] COLLATE \"C\"";
      case PROPERTY_TYPE_LOCALIZED_TEXT, PROPERTY_TYPE_LOCALIZED_LIST -> "jsonb";
      case PROPERTY_TYPE_BOOLEAN -> "boolean";
      case PROPERTY_TYPE_TIMESTAMP -> "bigint";
      case PROPERTY_TYPE_INTEGER, PROPERTY_TYPE_DECIMAL -> "double precision";
    };
  }

  /// What it sorts by, without language.
  String sortExpression() {
    return text() ? "left(" + name() + ", " + SORT_CHARS_MAX + ")" : name();
  }
}
