package io.cardloom.index;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
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
  public static final Body EMPTY = new Body(new String[0], new Slot[0], null);

  private static final JsonFactory JSON = JsonFactory.builder().build();
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  /// In order, each once.
  private final String[] ids;

  /// What each of them holds.
  private final Slot[] slots;

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

  private Body(String[] ids, Slot[] slots, byte @Nullable [] json) {
    this.ids = ids;
    this.slots = slots;
    this.json = json;
  }

  /// A body of these slots; the map is copied.
  public static Body of(Map<String, Slot> slots) {
    var builder = new Builder(slots.size());
    slots.forEach(builder::put);
    return builder.build();
  }

  /// Collects what a body shall hold.
  public static final class Builder {
    private String[] ids;
    private Slot[] slots;
    private int size;
    private boolean inOrder = true;

    /// @param expected how many properties, about
    public Builder(int expected) {
      this.ids = new String[expected];
      this.slots = new Slot[expected];
    }

    /// Ids may come in any order; of an id that comes twice the last slot counts.
    public void put(String id, Slot slot) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, 2 * size + 4);
        slots = Arrays.copyOf(slots, ids.length);
      }
      inOrder &= size == 0 || ids[size - 1].compareTo(id) < 0;
      ids[size] = id;
      slots[size++] = slot;
    }

    public Body build() {
      return build(null);
    }

    private Body build(byte @Nullable [] json) {
      if (!inOrder) sort();
      return size == 0
          ? EMPTY
          : new Body(Arrays.copyOf(ids, size), Arrays.copyOf(slots, size), json);
    }

    private void sort() {
      var sorted = new TreeMap<String, Slot>();
      for (int i = 0; i < size; i++) sorted.put(ids[i], slots[i]);
      size = 0;
      inOrder = true;
      sorted.forEach(this::put);
    }
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

  /// What room is made for at first.
  private static final int PROPERTIES_USUAL = 32;

  private static final class Reading {
    private final JsonParser parser;
    private final byte[] json;
    private boolean languagesInOrder = true;

    Reading(JsonParser parser, byte[] json) {
      this.parser = parser;
      this.json = json;
    }

    Body body() {
      var read = new Builder(PROPERTIES_USUAL);
      expect(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String id = parser.currentName();
        read.put(id, parser.nextToken() == JsonToken.START_OBJECT ? localized() : plain());
      }
      expect(parser.currentToken() == JsonToken.END_OBJECT);
      // The bytes are kept where writing would bring the same: names in order, each once, and not a
      // byte between them. Once as long as what would be written, there is no room for one.
      boolean same = read.inOrder && languagesInOrder && length(read) == json.length;
      return read.build(same ? json : null);
    }

    private Slot localized() {
      var values = new TreeMap<String, Slot.Plain>();
      String before = "";
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String language = parser.currentName();
        languagesInOrder &= before.compareTo(language) < 0;
        before = language;
        parser.nextToken();
        values.put(language, plain());
      }
      return new Slot.Localized(values);
    }

    private static int length(Builder read) {
      return Body.length(read.ids, read.slots, read.size);
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
    return ids.length == 0;
  }

  /// Property ids in order.
  public List<String> properties() {
    return Collections.unmodifiableList(Arrays.asList(ids));
  }

  /// Each property with what it holds, in order of ids.
  public void forEach(BiConsumer<String, Slot> action) {
    for (int i = 0; i < ids.length; i++) action.accept(ids[i], slots[i]);
  }

  /// What a property holds, or null.
  public @Nullable Slot slot(String property) {
    int at = Arrays.binarySearch(ids, property);
    return at < 0 ? null : slots[at];
  }

  /// This body with `patch` merged in, per property and language; a `null` value in the patch
  /// clears.
  public Body merge(Body patch) {
    if (patch.isEmpty()) return this;
    var merged = new Builder(ids.length + patch.ids.length);
    beside(
        patch,
        (id, before, given) -> {
          Slot after = given == null ? before : merged(before, given);
          if (after != null) merged.put(id, after);
        });
    return merged.build();
  }

  private interface Pair {
    void take(String id, @Nullable Slot here, @Nullable Slot there);
  }

  /// The properties that this body or the other has, in order of ids.
  private void beside(Body other, Pair pair) {
    int here = 0;
    int there = 0;
    while (here < ids.length || there < other.ids.length) {
      int order = here == ids.length ? 1 : -1;
      if (here < ids.length && there < other.ids.length) {
        order = ids[here].compareTo(other.ids[there]);
      }
      String id = order <= 0 ? ids[here] : other.ids[there];
      pair.take(id, order <= 0 ? slots[here++] : null, order >= 0 ? other.slots[there++] : null);
    }
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
    var selected = new Builder(ids.length);
    forEach((id, slot) -> {
      String name = rename.apply(id);
      if (!name.isEmpty()) selected.put(name, slot);
    });
    return selected.build();
  }

  /// Each property with what `change` makes of its slot; where that is null, without it.
  public Body map(BiFunction<String, Slot, @Nullable Slot> change) {
    var mapped = new Builder(ids.length);
    forEach((id, slot) -> {
      Slot changed = change.apply(id, slot);
      if (changed != null) mapped.put(id, changed);
    });
    return mapped.build();
  }

  /// This body in one language: each localized property becomes its value in that language, or is
  /// left out.
  public Body in(String language) {
    return map((_, slot) ->
        switch (slot) {
          case Slot.Plain plain -> plain;
          case Slot.Localized(var values) -> values.get(language);
        });
  }

  /// Every value that differs, in order of ids and languages.
  public List<Change> changesTo(Body after) {
    var changes = new ArrayList<Change>();
    beside(
        after,
        (id, was, is) -> {
          if (!Objects.equals(was, is)) addChanges(changes, id, languages(was), languages(is));
        });
    return changes;
  }

  private static void addChanges(
      List<Change> changes, String id, Map<String, byte[]> before, Map<String, byte[]> after) {
    var languages = new TreeSet<>(before.keySet());
    languages.addAll(after.keySet());
    for (String language : languages) {
      byte[] was = before.getOrDefault(language, NULL);
      byte[] is = after.getOrDefault(language, NULL);
      if (!Arrays.equals(was, is)) changes.add(new Change(id, language, was, is));
    }
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
    byte[] out = new byte[length(ids, slots, ids.length)];
    int at = 0;
    out[at++] = '{';
    for (int i = 0; i < ids.length; i++) {
      if (i > 0) out[at++] = ',';
      at = name(ids[i], out, at);
      at = write(slots[i], out, at);
    }
    out[at++] = '}';
    if (at != out.length) throw new IllegalStateException("a body is not as long as it was");
    return out;
  }

  private static int length(String[] ids, Slot[] slots, int size) {
    int length = marks(size);
    for (int i = 0; i < size; i++) length += ids[i].length() + length(slots[i]);
    return length;
  }

  private static int length(Slot slot) {
    return switch (slot) {
      case Slot.Plain(var json) -> json.length;
      case Slot.Localized(var values) -> {
        int length = marks(values.size());
        for (var value : values.entrySet()) {
          length += value.getKey().length() + value.getValue().json().length;
        }
        yield length;
      }
    };
  }

  /// Bytes of an object of so many names that are not of its names and values.
  private static int marks(int names) {
    return 2 + Math.max(0, names - 1) + names * NAME_MARKS;
  }

  private static int write(Slot slot, byte[] out, int from) {
    return switch (slot) {
      case Slot.Plain(var json) -> write(json, out, from);
      case Slot.Localized(var values) -> {
        int at = from;
        byte before = '{';
        for (var value : values.entrySet()) {
          out[at++] = before;
          before = ',';
          at = name(value.getKey(), out, at);
          at = write(value.getValue().json(), out, at);
        }
        if (values.isEmpty()) out[at++] = before;
        out[at++] = '}';
        yield at;
      }
    };
  }

  private static int write(byte[] json, byte[] out, int at) {
    System.arraycopy(json, 0, out, at, json.length);
    return at + json.length;
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
    return other instanceof Body body
        && Arrays.equals(ids, body.ids)
        && Arrays.equals(slots, body.slots);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(slots);
  }

  @Override
  public String toString() {
    return new String(toJson(), StandardCharsets.UTF_8);
  }
}
