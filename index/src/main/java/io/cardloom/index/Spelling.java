package io.cardloom.index;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A folded value as one of the documents spells it.
final class Spelling {
  private Spelling() {}

  /// @param language of a localized property, or empty for any
  /// @param folded text of the column's value
  static String of(Body body, Column column, String language, String folded) {
    return switch (body.slot(column.property())) {
      case null -> folded;
      case Body.Slot.Plain(var json) -> spelled(Stream.of(json), column, folded);
      case Body.Slot.Localized(var values) ->
          spelled(
              values.entrySet().stream()
                  .filter(entry -> language.isEmpty() || entry.getKey().equals(language))
                  .map(Map.Entry::getValue)
                  .map(Body.Slot.Plain::json),
              column,
              folded);
    };
  }

  private static String spelled(Stream<byte[]> values, Column column, String folded) {
    return switch (column.type()) {
      case PROPERTY_TYPE_INTEGER, PROPERTY_TYPE_DECIMAL, PROPERTY_TYPE_BOOLEAN ->
          values.map(JsonText::literal).findFirst().orElse(folded);
      case PROPERTY_TYPE_TIMESTAMP ->
          values.map(json -> List.of(text(json))).findFirst().orElse(List.of(folded)).getFirst();
      default ->
          values
              .flatMap(json -> column.list() ? JsonText.list(json).stream() : Stream.of(text(json)))
              .filter(value -> Folding.fold(value).equals(folded))
              .findFirst()
              .orElse(folded);
    };
  }

  private static String text(byte[] json) {
    String text = JsonText.text(json);
    return text == null ? "" : text;
  }
}
