package io.cardloom.aggregator.codec;

import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What is wrong with one set of arguments, collected while they are read.
final class Findings {
  /// Most findings kept; past it the rest of the input is read without comment.
  private static final int FINDINGS_MAX = 1000;

  /// Most names listed as allowed in one finding.
  private static final int ALLOWED_MAX = 40;

  private final List<Violation> all = new ArrayList<>();

  List<Violation> all() {
    return all;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  void wrongType(Path path, String got, String wanted) {
    String where = path.text();
    String what = where.isEmpty() ? "The arguments" : where;
    add(
        new Violation(
            where, "wrong_type", what + " must be " + wanted + ".", got, List.of(wanted), ""));
  }

  void outOfRange(Path path, String got, String range) {
    String where = path.text();
    add(
        new Violation(
            where, "out_of_range", where + " must be " + range + ".", got, List.of(range), ""));
  }

  void unknownField(Path path, String name, Collection<String> names) {
    String near = Nearest.of(name, names);
    String hint =
        near.isEmpty()
            ? names.isEmpty()
                ? "It takes none."
                : "It takes " + String.join(", ", some(names)) + "."
            : "Did you mean " + near + "?";
    String where = path.text();
    add(
        new Violation(
            where,
            "unknown_field",
            "There is no field " + where + ". " + hint,
            name,
            some(names),
            near));
  }

  void unknownWord(Path path, String got, Collection<String> words) {
    String where = path.text();
    String message = where + " must be one of " + String.join(", ", some(words)) + ".";
    add(new Violation(where, "unknown_value", message, got, some(words), Nearest.of(got, words)));
  }

  void twice(Path path) {
    String where = path.text();
    add(Violation.of(where, "duplicate", where + " is given twice, under two names."));
  }

  void onlyOne(Path path, Collection<String> members) {
    String where = path.text();
    String message =
        "Give only one of " + String.join(", ", members) + "; " + where + " is one more.";
    add(new Violation(where, "only_one", message, "", some(members), ""));
  }

  void add(Violation violation) {
    if (all.size() < FINDINGS_MAX) all.add(violation);
  }

  private static List<String> some(Collection<String> names) {
    return names.stream().limit(ALLOWED_MAX).toList();
  }
}
