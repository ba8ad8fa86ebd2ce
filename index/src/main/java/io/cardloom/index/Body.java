package io.cardloom.index;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The values of a document: property id to one value, or to one value per language. Immutable.
///
/// Values are kept as the bytes of their canonical JSON, so merging, comparing and renaming copy
/// bytes and parse nothing. Written in order of ids, then languages: equal bodies have equal bytes.
public final class Body {
  public static final Body EMPTY = new Body(Collections.emptySortedMap());

  private static final JsonFactory JSON = JsonFactory.builder().build();
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private final SortedMap<String, Slot> slots;

  /// What a property holds.
  public sealed interface Slot {
    /// @param json canonical JSON of the value
    record Plain(byte[] json) implements Slot {
      @Override
      public boolean equals(Object other) {
        return other instanceof Plain(var bytes) && Arrays.equals(json, bytes);
      }

      @Override
      public int hashCode() {
        return Arrays.hashCode(json);
      }
    }

    /// @param byLanguage language to value; never empty
    record Localized(SortedMap<String, Plain> byLanguage) implements Slot {
      public Localized {
        byLanguage = Collections.unmodifiableSortedMap(new TreeMap<>(byLanguage));
      }
    }
  }

  /// A value that differs between two bodies.
  ///
  /// @param language of a localized property, or empty
  /// @param before canonical JSON; `null` where there was no value
  /// @param after canonical JSON; `null` where there is none any more
  public record Change(String property, String language, byte[] before, byte[] after) {}

  private Body(SortedMap<String, Slot> slots) {
    this.slots = slots;
  }

  /// A body of these slots; the map is copied.
  public static Body of(Map<String, Slot> slots) {
    return slots.isEmpty()
        ? EMPTY
        : new Body(Collections.unmodifiableSortedMap(new TreeMap<>(slots)));
  }

  /// Reads canonical JSON that [#toJson] wrote. An object value means one value per language: no
  /// plain value is an object.
  ///
  /// @throws IllegalArgumentException when it is something else
  public static Body parse(byte[] json) {
    if (json.length <= 2) return EMPTY;
    var slots = new TreeMap<String, Slot>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String id = parser.currentName();
        slots.put(
            id,
            parser.nextToken() == JsonToken.START_OBJECT
                ? localized(parser, json)
                : plain(parser, json));
      }
      expect(parser.currentToken() == JsonToken.END_OBJECT);
    } catch (tools.jackson.core.JacksonException failure) {
      throw new IllegalArgumentException("not a body: " + failure.getOriginalMessage(), failure);
    }
    return new Body(Collections.unmodifiableSortedMap(slots));
  }

  private static Slot localized(JsonParser parser, byte[] json) {
    var values = new TreeMap<String, Slot.Plain>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String language = parser.currentName();
      parser.nextToken();
      values.put(language, plain(parser, json));
    }
    return new Slot.Localized(values);
  }

  private static Slot.Plain plain(JsonParser parser, byte[] json) {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    if (parser.currentToken() == JsonToken.VALUE_STRING) parser.finishToken();
    int to = (int) parser.currentLocation().getByteOffset();
    return new Slot.Plain(Arrays.copyOfRange(json, from, to));
  }

  private static void expect(boolean good) {
    if (!good) throw new IllegalArgumentException("not a body: a JSON object is needed");
  }

  public boolean isEmpty() {
    return slots.isEmpty();
  }

  /// Property ids in order.
  public Set<String> properties() {
    return slots.keySet();
  }

  /// Slots in order of property ids.
  public SortedMap<String, Slot> slots() {
    return slots;
  }

  /// What a property holds, or null.
  public @org.jspecify.annotations.Nullable Slot slot(String property) {
    return slots.get(property);
  }

  /// This body with `patch` merged in, per property and language; a `null` value in the patch
  /// clears.
  public Body merge(Body patch) {
    if (patch.isEmpty()) return this;
    var merged = new TreeMap<String, Slot>(slots);
    patch.slots.forEach((id, slot) -> {
      Slot before = merged.get(id);
      Slot after = merged(before, slot);
      if (after == null) merged.remove(id);
      else merged.put(id, after);
    });
    return of(merged);
  }

  private static @org.jspecify.annotations.Nullable Slot merged(
      @org.jspecify.annotations.Nullable Slot before, Slot patch) {
    return switch (patch) {
      case Slot.Plain plain -> isNull(plain) ? null : plain;
      case Slot.Localized(var values) -> {
        var languages = new TreeMap<String, Slot.Plain>();
        if (before instanceof Slot.Localized(var old)) languages.putAll(old);
        values.forEach((language, value) -> {
          if (isNull(value)) languages.remove(language);
          else languages.put(language, value);
        });
        yield languages.isEmpty() ? null : new Slot.Localized(languages);
      }
    };
  }

  private static boolean isNull(Slot.Plain value) {
    return Arrays.equals(value.json(), NULL);
  }

  /// Only these properties, each under the name that `rename` gives it; ids that `rename` maps to
  /// the empty text are left out.
  public Body select(UnaryOperator<String> rename) {
    var selected = new TreeMap<String, Slot>();
    slots.forEach((id, slot) -> {
      String name = rename.apply(id);
      if (!name.isEmpty()) selected.put(name, slot);
    });
    return of(selected);
  }

  /// This body in one language: each localized property becomes its value in that language, or is
  /// left out.
  public Body in(String language) {
    var projected = new TreeMap<String, Slot>();
    slots.forEach((id, slot) -> {
      switch (slot) {
        case Slot.Plain plain -> projected.put(id, plain);
        case Slot.Localized(var values) -> {
          Slot.Plain value = values.get(language);
          if (value != null) projected.put(id, value);
        }
      }
    });
    return of(projected);
  }

  /// Every value that differs, in order of ids and languages.
  public List<Change> changesTo(Body after) {
    var changes = new ArrayList<Change>();
    var ids = new TreeSet<>(slots.keySet());
    ids.addAll(after.slots.keySet());
    for (String id : ids) {
      var old = languages(slots.get(id));
      var now = languages(after.slots.get(id));
      var all = new TreeSet<>(old.keySet());
      all.addAll(now.keySet());
      for (String language : all) {
        byte[] was = old.getOrDefault(language, NULL);
        byte[] is = now.getOrDefault(language, NULL);
        if (!Arrays.equals(was, is)) changes.add(new Change(id, language, was, is));
      }
    }
    return changes;
  }

  private static Map<String, byte[]> languages(@org.jspecify.annotations.Nullable Slot slot) {
    return switch (slot) {
      case null -> Map.of();
      case Slot.Plain(var json) -> Map.of("", json);
      case Slot.Localized(var values) -> {
        var bytes = new TreeMap<String, byte[]>();
        values.forEach((language, value) -> bytes.put(language, value.json()));
        yield bytes;
      }
    };
  }

  /// Canonical JSON, UTF-8.
  public byte[] toJson() {
    var out = new ByteArrayOutputStream(256);
    out.write('{');
    boolean first = true;
    for (var entry : slots.entrySet()) {
      if (!first) out.write(',');
      first = false;
      name(out, entry.getKey());
      switch (entry.getValue()) {
        case Slot.Plain(var json) -> out.writeBytes(json);
        case Slot.Localized(var values) -> {
          out.write('{');
          boolean firstLanguage = true;
          for (var value : values.entrySet()) {
            if (!firstLanguage) out.write(',');
            firstLanguage = false;
            name(out, value.getKey());
            out.writeBytes(value.getValue().json());
          }
          out.write('}');
        }
      }
    }
    out.write('}');
    return out.toByteArray();
  }

  /// Ids and languages are of `[A-Za-z0-9_-]`: nothing to escape.
  private static void name(ByteArrayOutputStream out, String name) {
    out.write('"');
    out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    out.write('"');
    out.write(':');
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Body body && slots.equals(body.slots);
  }

  @Override
  public int hashCode() {
    return slots.hashCode();
  }

  @Override
  public String toString() {
    return new String(toJson(), StandardCharsets.UTF_8);
  }
}
