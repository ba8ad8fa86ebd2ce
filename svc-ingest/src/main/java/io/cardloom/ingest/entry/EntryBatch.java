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

  /// Reads the request against the schema.
  ///
  /// @throws ProblemException `Invalid` with every violation and its path
  public static EntryBatch read(Schema schema, ImportDataRequest request) {
    var findings = new Findings();
    boolean infer = request.getUnknownProperties() == UnknownProperties.UNKNOWN_PROPERTIES_INFER;
    var properties = new PropertyLookup(schema, infer, findings);
    var reader = new EntryReader(properties, findings);
    var entries = new ArrayList<Entry>(request.getEntriesCount());
    var seen = new HashMap<String, Integer>();
    for (int i = 0; i < request.getEntriesCount(); i++) {
      EntryInput input = request.getEntries(i);
      findings.atEntry(i);
      checkKey(input.getId(), seen.putIfAbsent(input.getId(), i), findings);
      Body patch = reader.patch(input);
      entries.add(new Entry(i, input.getId(), input.getDelete(), patch, reader.clears()));
    }
    findings.throwIfAny();
    entries.sort(Comparator.comparing(Entry::key));
    return new EntryBatch(entries, properties.found());
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
