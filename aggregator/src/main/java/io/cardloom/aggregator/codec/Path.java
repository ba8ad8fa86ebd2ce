package io.cardloom.aggregator.codec;

import org.jspecify.annotations.Nullable;

/// Where in the arguments a value is. Cheap to extend, written out only when something is wrong
/// there.
///
/// @param index place in a list, or -1 for a field
record Path(@Nullable Path parent, String name, int index) {
  static final Path ROOT = new Path(null, "", -1);

  Path field(String field) {
    return new Path(this, field, -1);
  }

  Path item(int at) {
    return new Path(this, "", at);
  }

  /// Such as `entries[0].id`.
  String text() {
    if (parent == null) return "";
    if (index >= 0) return parent.text() + "[" + index + "]";
    String before = parent.text();
    return before.isEmpty() ? name : before + "." + name;
  }
}
