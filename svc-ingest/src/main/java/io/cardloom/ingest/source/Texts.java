package io.cardloom.ingest.source;

import io.cardloom.ingest.value.Canonical;
import io.cardloom.kit.problem.Violation;
import java.util.function.Consumer;

/// Names and descriptions as people write them.
final class Texts {
  private Texts() {}

  /// Tells what the database cannot hold.
  static void check(String path, String text, Consumer<Violation> violations) {
    var at = Canonical.unstorable(text);
    if (at.isEmpty()) return;
    violations.accept(
        Violation.of(
            path,
            "bad_character",
            "A text cannot hold NUL or half of a surrogate pair; character "
                + at.getAsInt()
                + " is one."));
  }
}
