package io.cardloom.index;

import io.cardloom.kit.db.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A folded value as one of the documents spells it.
final class Spelling {
  private Spelling() {}

  /// SQL of the body of the document whose key is `example`.
  static Sql example(Shape shape) {
    return new Sql()
        .add("(SELECT body FROM " + shape.table() + " WHERE ")
        .add(shape.own())
        .add(" AND key = example)");
  }

  /// What such SQL read.
  static Body body(ResultSet row, int at) throws SQLException {
    byte[] json = row.getBytes(at);
    return json == null ? Body.EMPTY : Body.parse(json);
  }

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
