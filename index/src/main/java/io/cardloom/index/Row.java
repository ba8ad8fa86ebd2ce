package io.cardloom.index;

import io.cardloom.kit.db.CopyRows;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A document as a row: what its values derive to.
final class Row {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /// A tsvector holds 1 MiB; values are not found by their terms beyond it.
  private static final int TERM_BYTES_MAX = 1_000_000;

  private final Document document;
  private final Map<Column, Object> values = new java.util.HashMap<>();
  private final TreeSet<String> terms = new TreeSet<>();

  private Row(Document document) {
    this.document = document;
  }

  static Row of(Shape shape, Document document) {
    var row = new Row(document);
    if (!document.deleted()) {
      document
          .body()
          .slots()
          .forEach((property, slot) -> {
            Column column = shape.column(property);
            if (column != null) row.derive(column, slot);
          });
    }
    return row;
  }

  /// Columns that hold a value.
  Collection<Column> columns() {
    return values.keySet();
  }

  private void derive(Column column, Body.Slot slot) {
    Object value =
        switch (slot) {
          case Body.Slot.Plain(var json) -> column.localized() ? null : plain(column, json);
          case Body.Slot.Localized(var byLanguage) ->
              column.localized() ? localized(column, byLanguage) : null;
        };
    if (value != null) values.put(column, value);
  }

  private @Nullable Object plain(Column column, byte[] json) {
    int slot = column.slot();
    return switch (column.type()) {
      case PROPERTY_TYPE_TEXT, PROPERTY_TYPE_UNSPECIFIED, UNRECOGNIZED -> {
        String text = JsonText.text(json);
        yield text == null ? null : text(slot, Folding.fold(text));
      }
      case PROPERTY_TYPE_LIST -> {
        var items = new LinkedHashSet<String>();
        for (String item : JsonText.list(json)) items.add(text(slot, Folding.fold(item)));
        yield items.isEmpty() ? null : items;
      }
      case PROPERTY_TYPE_BOOLEAN -> {
        Boolean value = JsonText.bool(json);
        if (value != null) terms.add(Folding.term(value, slot));
        yield value;
      }
      case PROPERTY_TYPE_INTEGER, PROPERTY_TYPE_DECIMAL -> {
        Double value = JsonText.number(json);
        if (value != null) terms.add(Folding.term(value, slot));
        yield value;
      }
      case PROPERTY_TYPE_TIMESTAMP -> JsonText.micros(json);
      case PROPERTY_TYPE_LOCALIZED_TEXT, PROPERTY_TYPE_LOCALIZED_LIST -> null;
    };
  }

  private String text(int slot, String folded) {
    Folding.words(folded, word -> terms.add(Folding.term(word, slot)));
    return folded;
  }

  private @Nullable Object localized(Column column, Map<String, Body.Slot.Plain> byLanguage) {
    var languages = new TreeMap<String, List<String>>();
    byLanguage.forEach((language, plain) -> {
      String text = column.list() ? null : JsonText.text(plain.json());
      List<String> texts =
          column.list() ? JsonText.list(plain.json()) : text == null ? List.of() : List.of(text);
      var folded = new LinkedHashSet<String>();
      for (String item : texts) folded.add(text(column.slot(), Folding.fold(item)));
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

  /// Writes the row with these columns of properties.
  void write(CopyRows rows, String tenant, List<Column> columns) {
    rows.row()
        .text(tenant)
        .text(document.key())
        .int8(document.version())
        .int8(document.acceptedAtMicros())
        .bool(document.deleted());
    if (document.deleted()) {
      rows.nothing().nothing();
    } else {
      rows.bytes(binary(terms)).bytes(document.body().toJson());
    }
    for (Column column : columns) {
      switch (values.get(column)) {
        case null -> rows.nothing();
        case String text -> rows.text(text);
        case Collection<?> items -> rows.texts(items.stream().map(String.class::cast).toList());
        case byte[] json -> rows.jsonb(json);
        case Boolean value -> rows.bool(value);
        case Long micros -> rows.int8(micros);
        case Double number -> rows.float8(number);
        default -> throw new IllegalStateException("no column of " + column.type());
      }
    }
  }

  /// A `tsvector` in binary: how many terms, then each with its end and no positions.
  static byte[] binary(SortedSet<String> terms) {
    var out = new ByteArrayOutputStream(16 * terms.size() + 4);
    out.writeBytes(new byte[4]);
    int count = 0;
    for (String term : terms) {
      byte[] utf8 = term.getBytes(StandardCharsets.UTF_8);
      if (out.size() + utf8.length > TERM_BYTES_MAX) break;
      out.writeBytes(utf8);
      out.write(0);
      out.write(0);
      out.write(0);
      count++;
    }
    byte[] binary = out.toByteArray();
    ByteBuffer.wrap(binary).putInt(0, count);
    return binary;
  }
}
