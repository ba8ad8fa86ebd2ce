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
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A document as a row: what its values derive to.
final class Row {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /// A tsvector holds 1 MiB of words; words beyond are not searched.
  private static final int WORD_BYTES_MAX = 1_000_000;

  private final Document document;
  private final Map<Column, Object> values = new java.util.HashMap<>();
  private final TreeSet<Long> terms = new TreeSet<>();
  private final TreeSet<String> words = new TreeSet<>();

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
        if (value != null) terms.add(Folding.term(slot, value));
        yield value;
      }
      case PROPERTY_TYPE_INTEGER, PROPERTY_TYPE_DECIMAL -> {
        Double value = JsonText.number(json);
        if (value != null) terms.add(Folding.term(slot, value));
        yield value;
      }
      case PROPERTY_TYPE_TIMESTAMP -> JsonText.micros(json);
      case PROPERTY_TYPE_LOCALIZED_TEXT, PROPERTY_TYPE_LOCALIZED_LIST -> null;
    };
  }

  private String text(int slot, String folded) {
    terms.add(Folding.term(slot, "", folded));
    Folding.words(folded, words::add);
    return folded;
  }

  private @Nullable Object localized(Column column, Map<String, Body.Slot.Plain> byLanguage) {
    var languages = new TreeMap<String, List<String>>();
    byLanguage.forEach((language, plain) -> {
      String text = column.list() ? null : JsonText.text(plain.json());
      List<String> texts =
          column.list() ? JsonText.list(plain.json()) : text == null ? List.of() : List.of(text);
      var folded = new LinkedHashSet<String>();
      for (String item : texts) {
        folded.add(text(column.slot(), Folding.fold(item)));
        terms.add(Folding.term(column.slot(), language, Folding.fold(item)));
      }
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
      List.of("tenant", "key", "version", "accepted_at", "deleted", "terms", "words", "body");

  /// Writes the row with these columns of properties.
  void write(CopyRows rows, String tenant, List<Column> columns) {
    rows.row()
        .text(tenant)
        .text(document.key())
        .int8(document.version())
        .int8(document.acceptedAtMicros())
        .bool(document.deleted());
    if (document.deleted()) {
      rows.nothing().nothing().nothing();
    } else {
      rows.bytes(termsBinary()).bytes(wordsBinary()).bytes(document.body().toJson());
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

  /// A `bigint[]` in binary: dimensions, nulls, element type, length, lower bound, elements.
  private byte[] termsBinary() {
    var out = ByteBuffer.allocate(20 + 12 * terms.size());
    out.putInt(terms.isEmpty() ? 0 : 1).putInt(0).putInt(20);
    if (!terms.isEmpty()) out.putInt(terms.size()).putInt(1);
    for (long term : terms) out.putInt(8).putLong(term);
    return java.util.Arrays.copyOf(out.array(), out.position());
  }

  /// A `tsvector` in binary: how many words, then each with its end and no positions.
  private byte[] wordsBinary() {
    var out = new ByteArrayOutputStream(16 * words.size() + 4);
    out.writeBytes(new byte[4]);
    int count = 0;
    for (String word : words) {
      byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
      if (out.size() + utf8.length > WORD_BYTES_MAX) break;
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
