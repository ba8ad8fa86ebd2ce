package io.cardloom.local.load;

import io.cardloom.local.rows.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/// Entries of one call, each as the JSON text of the tool's argument.
final class Batch {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{1,256}");

  private final LoadFile.Target target;
  private final long number;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();
  private long chars;
  private long lastLine;

  /// One entry, or why the row is none.
  record Entry(long line, String key, String json, @Nullable String problem) {
    static Entry of(Row.Read row, LoadFile.Target target) {
      var parts = new ArrayList<String>();
      for (var field : target.keyFields()) {
        var value = row.values().get(field);
        if (value == null || value.isNull() || value.isContainer() || value.asString().isEmpty()) {
          return new Entry(row.line(), "", "", "has no " + field + ", which makes its key");
        }
        parts.add(value.asString());
      }
      var key = String.join("_", parts);
      if (!KEY.matcher(key).matches()) {
        return new Entry(
            row.line(), key, "", "has the key " + key + "; a key is 1 to 256 of A-Z a-z 0-9 _ -");
      }
      // A key of several parts keeps them as values: each is a fact of its own.
      var leftOut = target.keyFields().size() == 1 ? target.keyFields() : List.<String>of();
      var json =
          JsonNodeFactory.instance
              .objectNode()
              .put("id", key)
              .set("values", target.schema().entryValues(row.values(), leftOut))
              .toString();
      return new Entry(row.line(), key, json, null);
    }
  }

  Batch(LoadFile.Target target, long number) {
    this.target = target;
    this.number = number;
  }

  /// A key comes once in a batch, and it stays within both bounds.
  boolean takes(Entry entry) {
    return entries.isEmpty()
        || (entries.size() < LoadFile.ENTRIES_MAX
            && chars + entry.json().length() <= LoadFile.CHARS_MAX
            && !keys.contains(entry.key()));
  }

  void add(Entry entry) {
    entries.add(entry);
    keys.add(entry.key());
    chars += entry.json().length();
    lastLine = entry.line();
  }

  void lastLine(long line) {
    lastLine = line;
  }

  long lastLine() {
    return lastLine;
  }

  long number() {
    return number;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  Set<String> keys() {
    return keys;
  }

  List<Entry> entries() {
    return entries;
  }

  /// The arguments of `import_data` with these entries.
  String arguments(List<Entry> some) {
    return some.stream()
        .map(Entry::json)
        .collect(
            Collectors.joining(
                ",",
                "{\"sourceId\":"
                    + JsonNodeFactory.instance.stringNode(target.sourceId())
                    + ",\"unknownProperties\":\""
                    + (target.inferProperties() ? "infer" : "reject")
                    + "\",\"entries\":[",
                "]}"));
  }
}
