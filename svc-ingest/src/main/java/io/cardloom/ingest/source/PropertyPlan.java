package io.cardloom.ingest.source;

import io.cardloom.ingest.value.Canonical;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.ingest.v1.PropertyInput;
import io.cardloom.proto.ingest.v1.PropertyState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a list of property inputs makes of a source's properties. Empty inputs keep what is stored.
record PropertyPlan(List<Change> changes) {
  /// @param before null for a new property
  record Change(@Nullable SourceProperty before, SourceProperty after) {
    boolean nothing() {
      return after.equals(before);
    }

    /// Stored values, if any, have to become something else.
    boolean converts() {
      return before != null
          && (before.type() != after.type() || !before.delimiter().equals(after.delimiter()));
    }

    /// The property as it is while its stored values are being converted.
    SourceProperty updating() {
      return new SourceProperty(
          after.id(),
          after.displayName(),
          after.description(),
          after.type(),
          after.delimiter(),
          before == null ? "" : before.delimiter(),
          PropertyState.PROPERTY_STATE_UPDATING);
    }
  }

  PropertyPlan {
    changes = List.copyOf(changes);
  }

  /// @param known properties of the source now, by id
  /// @throws ProblemException `Invalid` with every violation; `WrongState` when a property to be
  ///   converted is still being converted
  static PropertyPlan of(Map<String, SourceProperty> known, List<PropertyInput> inputs) {
    var violations = new ArrayList<Violation>();
    PropertyPlan plan = read(known, inputs, violations::add);
    ProblemException.throwIfAny(violations);
    plan.changes.forEach(PropertyPlan::checkState);
    return new PropertyPlan(plan.changes.stream().filter(change -> !change.nothing()).toList());
  }

  /// A change for each input, in their order, whatever is wrong with it.
  ///
  /// @param violations takes every rule that an input breaks
  static PropertyPlan read(
      Map<String, SourceProperty> known,
      List<PropertyInput> inputs,
      Consumer<Violation> violations) {
    var changes = new ArrayList<Change>();
    var seen = new HashSet<String>();
    int added = 0;
    for (int i = 0; i < inputs.size(); i++) {
      PropertyInput input = inputs.get(i);
      String path = "properties[" + i + "].";
      String id = input.getId().toLowerCase(Locale.ROOT);
      checkId(path, input.getId(), seen.add(id), violations);
      Texts.check(path + "displayName", input.getDisplayName(), violations);
      Texts.check(path + "description", input.getDescription(), violations);
      Texts.check(path + "delimiter", input.getDelimiter(), violations);
      SourceProperty before = known.get(id);
      if (before == null) added++;
      SourceProperty after = after(before, id, input);
      if (!input.getDelimiter().isEmpty() && !after.list()) {
        violations.accept(
            new Violation(
                path + "delimiter",
                "delimiter_not_allowed",
                "Only lists have a delimiter; " + id + " is " + word(after.type()) + ".",
                input.getDelimiter(),
                List.of("no delimiter", "type LIST", "type LOCALIZED_LIST"),
                ""));
      }
      changes.add(new Change(before, after));
    }
    if (known.size() + added > Schema.PROPERTIES_MAX) {
      violations.accept(
          Violation.of(
              "properties",
              "too_many",
              "A source has at most "
                  + Schema.PROPERTIES_MAX
                  + " properties; it would have "
                  + (known.size() + added)
                  + "."));
    }
    return new PropertyPlan(changes);
  }

  private static void checkId(
      String path, String id, boolean first, Consumer<Violation> violations) {
    if (!Canonical.isId(id)) {
      violations.accept(
          new Violation(
              path + "id",
              "bad_property_id",
              "A property id is 1 to 256 characters of A-Z a-z 0-9 _ -.",
              id,
              List.of("^[A-Za-z0-9_-]{1,256}$"),
              ""));
    } else if (id.equalsIgnoreCase(Schema.KEY_NAME)) {
      violations.accept(
          Violation.of(
              path + "id",
              "reserved_id",
              "id stands for the entry's key in filters; name the property otherwise.",
              id));
    } else if (!first) {
      violations.accept(
          Violation.of(
              path + "id",
              "duplicate_property",
              "This property is given twice; ids are the same in any case.",
              id));
    }
  }

  private static void checkState(Change change) {
    if (change.before() == null || !change.before().updating() || !change.converts()) return;
    throw new Problem.WrongState("property", change.after().id(), "UPDATING", "ACTIVE", List.of())
        .exception();
  }

  private static SourceProperty after(
      @Nullable SourceProperty before, String id, PropertyInput input) {
    PropertyType type = input.getType();
    if (type == PropertyType.PROPERTY_TYPE_UNSPECIFIED || type == PropertyType.UNRECOGNIZED) {
      type = before == null ? PropertyType.PROPERTY_TYPE_TEXT : before.type();
    }
    String delimiter = "";
    if (SourceProperty.isList(type)) {
      String stored = before == null || !before.list() ? "" : before.delimiter();
      String otherwise = stored.isEmpty() ? SourceProperty.DELIMITER : stored;
      delimiter = input.getDelimiter().isEmpty() ? otherwise : input.getDelimiter();
    }
    return new SourceProperty(
        id,
        given(input.getDisplayName(), before == null ? input.getId() : before.displayName()),
        given(input.getDescription(), before == null ? "" : before.description()),
        type,
        delimiter,
        before == null ? "" : before.delimiterBefore(),
        before == null ? PropertyState.PROPERTY_STATE_ACTIVE : before.state());
  }

  private static String given(String text, String otherwise) {
    String stripped = text.strip();
    return stripped.isEmpty() ? otherwise : stripped;
  }

  static String word(PropertyType type) {
    return type.name().substring("PROPERTY_TYPE_".length());
  }

  /// New properties, and those indexed otherwise than before.
  List<Change> indexedAnew() {
    return changes.stream()
        .filter(
            change -> change.before() == null || change.before().type() != change.after().type())
        .toList();
  }

  List<Change> converting() {
    return changes.stream().filter(Change::converts).toList();
  }
}
