package io.cardloom.index;

import io.cardloom.proto.common.v1.PropertyType;
import java.util.List;

/// A property of a collection: its id in the documents and its type.
public record IndexedProperty(String id, PropertyType type) {
  public boolean localized() {
    return type == PropertyType.PROPERTY_TYPE_LOCALIZED_TEXT
        || type == PropertyType.PROPERTY_TYPE_LOCALIZED_LIST;
  }

  public boolean list() {
    return type == PropertyType.PROPERTY_TYPE_LIST
        || type == PropertyType.PROPERTY_TYPE_LOCALIZED_LIST;
  }

  /// The test that a filter on a property of this type sets, as the contract's `Filter` names it.
  public static String filter(PropertyType type) {
    return switch (type) {
      case PROPERTY_TYPE_TEXT,
          PROPERTY_TYPE_LOCALIZED_TEXT,
          PROPERTY_TYPE_UNSPECIFIED,
          UNRECOGNIZED ->
          "text";
      case PROPERTY_TYPE_LIST, PROPERTY_TYPE_LOCALIZED_LIST -> "list";
      case PROPERTY_TYPE_BOOLEAN -> "boolean";
      case PROPERTY_TYPE_TIMESTAMP -> "timestamp";
      case PROPERTY_TYPE_INTEGER, PROPERTY_TYPE_DECIMAL -> "number";
    };
  }

  /// Operators of that test.
  public static List<String> operators(PropertyType type) {
    return switch (filter(type)) {
      case "list" -> List.of("containsAny", "containsAll", "containsNone", "exists");
      case "boolean" -> List.of("is", "exists");
      case "timestamp" -> List.of("from", "to", "exists");
      case "number" -> List.of("anyOf", "gte", "gt", "lte", "lt", "exists");
      default -> List.of("anyOf", "noneOf", "contains", "startsWith", "exists");
    };
  }
}
