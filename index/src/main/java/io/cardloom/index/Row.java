package io.cardloom.index;

import io.cardloom.kit.db.CopyRows;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A document as a row: what its values derive to.
final class Row {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private final Document document;
  private final @Nullable Object[] values;
  private final byte[] terms;

  /// @param slots the highest of the shape's columns
  /// @param terms has been taken from
  Row(Shape shape, int slots, Terms terms, Document document) {
    this.document = document;
    this.values = new Object[slots + 1];
    if (!document.deleted()) {
      document
          .body()
          .forEach((property, slot) -> {
            Column column = shape.column(property);
            if (column != null) derive(column, slot, terms);
          });
    }
    this.terms = terms.take();
  }

  /// Adds the slots that hold a value.
  void markUsed(BitSet used) {
    for (int slot = 0; slot < values.length; slot++) {
      if (values[slot] != null) used.set(slot);
    }
  }

  private void derive(Column column, Body.Slot slot, Terms terms) {
    terms.of(column.slot());
    Object value =
        switch (slot) {
          case Body.Slot.Plain(var json) -> column.localized() ? null : plain(column, json, terms);
          case Body.Slot.Localized(var byLanguage) ->
              column.localized() ? localized(column, byLanguage, terms) : null;
        };
    if (value != null) values[column.slot()] = value;
  }

  private static @Nullable Object plain(Column column, byte[] json, Terms terms) {
    return switch (column.type()) {
      case PROPERTY_TYPE_TEXT, PROPERTY_TYPE_UNSPECIFIED, UNRECOGNIZED -> {
        String text = JsonText.text(json);
        yield text == null ? null : text(Folding.fold(text), terms);
      }
      case PROPERTY_TYPE_LIST -> {
        var items = new LinkedHashSet<String>();
        for (String item : JsonText.list(json)) items.add(text(Folding.fold(item), terms));
        yield items.isEmpty() ? null : items;
      }
      case PROPERTY_TYPE_BOOLEAN -> {
        Boolean value = JsonText.bool(json);
        if (value != null) terms.add(Folding.word(value));
        yield value;
      }
      case PROPERTY_TYPE_INTEGER, PROPERTY_TYPE_DECIMAL -> {
        Double value = JsonText.number(json);
        if (value != null) terms.add(Folding.word(value));
        yield value;
      }
      case PROPERTY_TYPE_TIMESTAMP -> JsonText.micros(json);
      case PROPERTY_TYPE_LOCALIZED_TEXT, PROPERTY_TYPE_LOCALIZED_LIST -> null;
    };
  }

  private static String text(String folded, Terms terms) {
    Folding.words(folded, terms::add);
    return folded;
  }

  private static @Nullable Object localized(
      Column column, Map<String, Body.Slot.Plain> byLanguage, Terms terms) {
    var languages = new TreeMap<String, List<String>>();
    byLanguage.forEach((language, plain) -> {
      String text = column.list() ? null : JsonText.text(plain.json());
      List<String> texts =
          column.list() ? JsonText.list(plain.json()) : text == null ? List.of() : List.of(text);
      var folded = new LinkedHashSet<String>();
      for (String item : texts) folded.add(text(Folding.fold(item), terms));
      if (!folded.isEmpty()) languages.put(language, new ArrayList<>(folded));
    });
    return languages.isEmpty() ? null : json(languages, column.list());
  }

  private static byte[] json(Map<String, List<String>> languages, boolean list) {
    var out = new ByteArrayOutputStream(64);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      languages.forEach((language, items) -> {
        json.writeName(language);
        if (list) json.writeStartArray();
        items.forEach(json::writeString);
        if (list) json.writeEndArray();
      });
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /// Columns written first, then those of the properties.
  static final List<String> COLUMNS =
      List.of("tenant", "key", "version", "accepted_at", "deleted", "terms", "body");

  /// Writes the row with the columns of these slots.
  void write(CopyRows rows, String tenant, int[] slots) {
    rows.row()
        .text(tenant)
        .text(document.key())
        .int8(document.version())
        .int8(document.acceptedAtMicros())
        .bool(document.deleted());
    if (document.deleted()) {
      rows.nothing().nothing();
    } else {
      rows.bytes(terms).bytes(document.body().toJson());
    }
    for (int slot : slots) {
      switch (values[slot]) {
        case null -> rows.nothing();
        case String text -> rows.text(text);
        case Collection<?> items -> rows.texts(items.stream().map(String.class::cast).toList());
        case byte[] json -> rows.jsonb(json);
        case Boolean value -> rows.bool(value);
        case Long micros -> rows.int8(micros);
        case Double number -> rows.float8(number);
        default -> throw new IllegalStateException("no column holds what is in slot " + slot);
      }
    }
  }
}
