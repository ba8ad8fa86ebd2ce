package io.cardloom.ingest.entry;

import io.cardloom.index.Body;
import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.ingest.value.Canonical;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.UnknownProperties;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/// A batch of entries that breaks no rule of its source's schema.
///
/// @param entries in order of keys: every import takes its locks in the same order
/// @param found properties that the batch adds to the source
public record EntryBatch(List<Entry> entries, List<SourceProperty> found) {
  /// Most bytes of one entry, as given and as stored.
  public static final int ENTRY_BYTES_MAX = 1 << 20;

  /// What the batch says of one entry.
  ///
  /// @param position in the request, for violations found later
  /// @param patch values to merge; a `null` clears
  /// @param clears some value of the patch is a `null`
  public record Entry(int position, String key, boolean delete, Body patch, boolean clears) {}

  public EntryBatch {
    entries = List.copyOf(entries);
    found = List.copyOf(found);
  }

  /// What is left of entries that were read to be checked alone.
  ///
  /// @param keys in the order of the request
  /// @param bytes of each entry's values as they would be stored if nothing were stored yet
  record Checked(List<String> keys, int[] bytes, List<SourceProperty> found) {}

  /// Reads the request against the schema.
  ///
  /// @throws ProblemException `Invalid` with every violation and its path
  public static EntryBatch read(Schema schema, ImportDataRequest request) {
    return read(schema, request, i -> i);
  }

  /// As [#read], of entries that are part of a larger import.
  ///
  /// @param position where the entry is in the import
  static EntryBatch read(Schema schema, ImportDataRequest request, IntUnaryOperator position) {
    var entries = new ArrayList<Entry>(request.getEntriesCount());
    var found = each(schema, request, position, entries::add);
    entries.sort(Comparator.comparing(Entry::key));
    return new EntryBatch(entries, found);
  }

  /// As [#read], and keeps no values: of a large import they would take many times its size.
  static Checked check(Schema schema, ImportDataRequest request) {
    var keys = new ArrayList<String>(request.getEntriesCount());
    int[] bytes = new int[request.getEntriesCount()];
    var found =
        each(
            schema,
            request,
            i -> i,
            entry -> {
              bytes[entry.position()] = entry.patch().toJson().length;
              keys.add(entry.key());
            });
    return new Checked(keys, bytes, found);
  }

  /// Gives each entry to `to`, in the order of the request. Returns the properties that they add.
  private static List<SourceProperty> each(
      Schema schema, ImportDataRequest request, IntUnaryOperator position, Consumer<Entry> to) {
    var findings = new Findings();
    boolean infer = request.getUnknownProperties() == UnknownProperties.UNKNOWN_PROPERTIES_INFER;
    var properties = new PropertyLookup(schema, infer, findings);
    var reader = new EntryReader(properties, findings);
    var seen = new HashMap<String, Integer>();
    for (int i = 0; i < request.getEntriesCount(); i++) {
      EntryInput input = request.getEntries(i);
      int at = position.applyAsInt(i);
      findings.atEntry(at);
      checkKey(input.getId(), seen.putIfAbsent(input.getId(), at), findings);
      Body patch = reader.patch(input);
      to.accept(new Entry(at, input.getId(), input.getDelete(), patch, reader.clears()));
    }
    findings.throwIfAny();
    return properties.found();
  }

  private static void checkKey(
      String key, @org.jspecify.annotations.Nullable Integer first, Findings findings) {
    if (!Canonical.isId(key)) {
      findings.ofEntry(
          ".id",
          "bad_key",
          "An entry id is 1 to 256 characters of A-Z a-z 0-9 _ -.",
          key,
          "^[A-Za-z0-9_-]{1,256}$");
    } else if (first != null) {
      findings.ofEntry(
          ".id",
          "duplicate_key",
          "The entry is also given as entries[" + first + "]; give each entry once.",
          key);
    }
  }
}
