package io.cardloom.index;

import io.cardloom.kit.db.CopyRows;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A document as a row: what its values derive to.
final class Row {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /// A tsvector holds 1 MiB; values are not found by their terms beyond it.
  private static final int TERM_BYTES_MAX = 1_000_000;

  private static final String TERM_END = "\0\0\0";

  private final Document document;
  private final @Nullable Object[] values;
  private final Set<String> terms = new HashSet<>();

  private Row(Document document, int slots) {
    this.document = document;
    this.values = new Object[slots + 1];
  }

  /// @param slots the highest of the shape's columns
  static Row of(Shape shape, int slots, Document document) {
    var row = new Row(document, slots);
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

  /// Adds the slots that hold a value.
  void markUsed(BitSet used) {
    for (int slot = 0; slot < values.length; slot++) {
      if (values[slot] != null) used.set(slot);
    }
  }

  private void derive(Column column, Body.Slot slot) {
    Object value =
        switch (slot) {
          case Body.Slot.Plain(var json) -> column.localized() ? null : plain(column, json);
          case Body.Slot.Localized(var byLanguage) ->
              column.localized() ? localized(column, byLanguage) : null;
        };
    if (value != null) values[column.slot()] = value;
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
      rows.bytes(binary(terms)).bytes(document.body().toJson());
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

  /// A `tsvector` in binary: how many terms, then each with its end and no positions. PostgreSQL
  /// puts them in order.
  static byte[] binary(Set<String> terms) {
    var text = new StringBuilder(16 * terms.size() + 4).append(COUNT);
    int count = 0;
    int bytes = 0;
    for (String term : terms) {
      // No more than three bytes a character; only what could be too much is counted exactly.
      bytes += 3 * term.length() + TERM_END.length();
      if (bytes > TERM_BYTES_MAX) {
        bytes = utf8(text).length + utf8(term).length + TERM_END.length();
        if (bytes > TERM_BYTES_MAX) break;
      }
      text.append(term).append(TERM_END);
      count++;
    }
    byte[] binary = utf8(text);
    ByteBuffer.wrap(binary).putInt(0, count);
    return binary;
  }

  private static final String COUNT = "\0\0\0\0";

  private static byte[] utf8(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
