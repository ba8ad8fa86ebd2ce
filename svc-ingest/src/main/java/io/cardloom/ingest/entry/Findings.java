package io.cardloom.ingest.entry;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import java.util.ArrayList;
import java.util.List;

/// The violations of one batch, and the place that is being read, which each of them names. Paths
/// are written only when something is wrong. Used by one thread.
final class Findings {
  /// Most violations looked for; a batch that has more is refused with these.
  private static final int VIOLATIONS_MAX = 10_000;

  /// Longest property name echoed in a path, in characters.
  private static final int NAME_CHARS_MAX = 64;

  private final List<Violation> violations = new ArrayList<>();
  private int entry;
  private String name = "";
  private int item = -1;

  /// The entry itself is being read.
  void atEntry(int position) {
    entry = position;
    name = "";
    item = -1;
  }

  /// A property of `values` is being read.
  void atValue(String property) {
    name = property;
    item = -1;
  }

  /// An element of `properties` is being read.
  void atItem(int position) {
    item = position;
  }

  /// `where` is the part of the entry, such as `.id`.
  void ofEntry(String where, String rule, String message, String got, String... allowed) {
    add(new Violation("entries[" + entry + "]" + where, rule, message, got, List.of(allowed), ""));
  }

  /// The value as a whole is wrong, or the part of it that `where` names.
  void ofValue(String where, String rule, String message, String got, List<String> allowed) {
    String path = item < 0 ? place() + where : place() + ".value" + where;
    add(new Violation(path, rule, message, got, allowed, ""));
  }

  /// The property's name is wrong.
  void ofName(String rule, String message, String got, String didYouMean) {
    String path = item < 0 ? place() : place() + ".id";
    add(new Violation(path, rule, message, got, List.of(), didYouMean));
  }

  /// The language of a value is wrong or missing; `language` as it was given.
  void ofLanguage(String language, String rule, String message, String got, List<String> allowed) {
    String path = item < 0 ? place() + dotted(language) : place() + ".language";
    add(new Violation(path, rule, message, got, allowed, ""));
  }

  static String dotted(String name) {
    if (name.isEmpty()) return "";
    return "." + (name.length() <= NAME_CHARS_MAX ? name : name.substring(0, NAME_CHARS_MAX) + "…");
  }

  private String place() {
    return item < 0
        ? "entries[" + entry + "].values" + dotted(name)
        : "entries[" + entry + "].properties[" + item + "]";
  }

  private void add(Violation violation) {
    violations.add(violation);
    if (violations.size() >= VIOLATIONS_MAX) throwIfAny();
  }

  int count() {
    return violations.size();
  }

  /// @throws ProblemException `Invalid` with every violation, in order of entries
  void throwIfAny() {
    if (!violations.isEmpty()) throw new Problem.Invalid(violations).exception();
  }
}
