package io.cardloom.index;

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
import org.jspecify.annotations.Nullable;
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

  /// Its canonical JSON, once somebody asked for it or gave it. Bytes of a body are never changed,
  /// so whoever sees them sees all of them.
  private volatile byte @Nullable [] json;

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
    this(slots, null);
  }

  private Body(SortedMap<String, Slot> slots, byte @Nullable [] json) {
    this.slots = slots;
    this.json = json;
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
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      return new Reading(parser, json).body();
    } catch (tools.jackson.core.JacksonException failure) {
      throw new IllegalArgumentException("not a body: " + failure.getOriginalMessage(), failure);
    }
  }

  private static final class Reading {
    private final JsonParser parser;
    private final byte[] json;
    private boolean inOrder = true;

    Reading(JsonParser parser, byte[] json) {
      this.parser = parser;
      this.json = json;
    }

    Body body() {
      var slots = new TreeMap<String, Slot>();
      String before = "";
      expect(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String id = parser.currentName();
        inOrder &= before.compareTo(id) < 0;
        before = id;
        slots.put(id, parser.nextToken() == JsonToken.START_OBJECT ? localized() : plain());
      }
      expect(parser.currentToken() == JsonToken.END_OBJECT);
      // The bytes are kept where writing would bring the same: names in order, each once, and not a
      // byte between them. Once as long as what would be written, there is no room for one.
      boolean same = inOrder && length(slots) == json.length;
      return new Body(Collections.unmodifiableSortedMap(slots), same ? json : null);
    }

    private Slot localized() {
      var values = new TreeMap<String, Slot.Plain>();
      String before = "";
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String language = parser.currentName();
        inOrder &= before.compareTo(language) < 0;
        before = language;
        parser.nextToken();
        values.put(language, plain());
      }
      return new Slot.Localized(values);
    }

    private Slot.Plain plain() {
      int from = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      if (parser.currentToken() == JsonToken.VALUE_STRING) parser.finishToken();
      int to = (int) parser.currentLocation().getByteOffset();
      return new Slot.Plain(Arrays.copyOfRange(json, from, to));
    }
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
  public @Nullable Slot slot(String property) {
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

  private static @Nullable Slot merged(@Nullable Slot before, Slot patch) {
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

  private static Map<String, byte[]> languages(@Nullable Slot slot) {
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

  /// Canonical JSON, UTF-8. Not to be changed: others are given the same bytes.
  public byte[] toJson() {
    var known = json;
    if (known == null) {
      known = written();
      json = known;
    }
    return known;
  }

  private byte[] written() {
    byte[] out = new byte[length(slots)];
    int at = write(slots, out, 0);
    if (at != out.length) throw new IllegalStateException("a body is not as long as it was");
    return out;
  }

  private static int length(SortedMap<String, ? extends Slot> slots) {
    int length = 2 + Math.max(0, slots.size() - 1);
    for (var entry : slots.entrySet()) {
      length += NAME_MARKS + entry.getKey().length() + length(entry.getValue());
    }
    return length;
  }

  private static int length(Slot slot) {
    return switch (slot) {
      case Slot.Plain(var json) -> json.length;
      case Slot.Localized(var values) -> length(values);
    };
  }

  private static int write(SortedMap<String, ? extends Slot> slots, byte[] out, int from) {
    int at = from;
    out[at++] = '{';
    boolean first = true;
    for (var entry : slots.entrySet()) {
      if (!first) out[at++] = ',';
      first = false;
      at = name(entry.getKey(), out, at);
      at = write(entry.getValue(), out, at);
    }
    out[at++] = '}';
    return at;
  }

  private static int write(Slot slot, byte[] out, int at) {
    return switch (slot) {
      case Slot.Plain(var json) -> {
        System.arraycopy(json, 0, out, at, json.length);
        yield at + json.length;
      }
      case Slot.Localized(var values) -> write(values, out, at);
    };
  }

  /// Quotes and a colon.
  private static final int NAME_MARKS = 3;

  /// Ids and languages are of `[A-Za-z0-9_-]`: a byte each, and nothing to escape.
  private static int name(String name, byte[] out, int from) {
    int at = from;
    out[at++] = '"';
    for (int i = 0; i < name.length(); i++) out[at++] = (byte) name.charAt(i);
    out[at++] = '"';
    out[at++] = ':';
    return at;
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
