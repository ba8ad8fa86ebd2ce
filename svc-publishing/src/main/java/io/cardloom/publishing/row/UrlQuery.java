package io.cardloom.publishing.row;

import io.cardloom.index.IndexedProperty;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.Sort;
import io.cardloom.proto.common.v1.SortDirection;
import io.cardloom.publishing.selection.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A consumer's query as parameters:
///
/// - `property[@language][.operator]=value` filters, repeated for alternatives;
/// - `top`, `after`, `sortAsc`, `sortDesc`, `language`, `search`, `facets`, `fields`,
///   `includeTotals`, `listIds` say the rest; `includeTotal` is `includeTotals` too. Names in lists
///   are separated by commas, `facets` takes `property[@language][.size]` and `*` for those set on
///   the endpoint.
final class UrlQuery {
  private static final List<String> NAMES =
      List.of(
          "top",
          "after",
          "sortAsc",
          "sortDesc",
          "language",
          "search",
          "facets",
          "fields",
          "includeTotals",
          "listIds");

  /// Another name of `includeTotals`: what the tools call it.
  private static final String INCLUDE_TOTAL = "includeTotal";

  /// Most rows of a page; as in the contract's query.
  private static final int TOP_MAX = 200;

  private static final int FILTERS_MAX = 50;
  private static final int FACETS_MAX = 20;
  private static final int FACET_SIZE_MAX = 50;
  private static final int SORTS_MAX = 3;
  private static final int FIELDS_MAX = 500;
  private static final int TEXT_CHARS_MAX = 500;
  private static final int AFTER_CHARS_MAX = 4096;

  /// @param listIds the answer lists ids alone
  record Asked(RowQuery query, boolean listIds) {}

  private record Target(String property, String language) {}

  private final Selection selection;
  private final Query.Builder query = Query.newBuilder();
  private final Map<Target, Filter.Builder> filters = new LinkedHashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private String language = "";
  private boolean defaultFacets;
  private boolean listIds;

  private UrlQuery(Selection selection) {
    this.selection = selection;
  }

  /// @throws ProblemException `Invalid` with every violation
  static Asked parse(Selection selection, List<Parameter> parameters) {
    var parsed = new UrlQuery(selection);
    for (Parameter parameter : parameters) parsed.parameter(parameter);
    parsed.filters.values().forEach(parsed.query::addFilters);
    parsed.atMost("filters", parsed.filters.size(), FILTERS_MAX);
    parsed.atMost("facets", parsed.query.getFacetsCount(), FACETS_MAX);
    parsed.atMost("sortAsc", parsed.query.getSortCount(), SORTS_MAX);
    parsed.atMost("fields", parsed.query.getFieldsCount(), FIELDS_MAX);
    ProblemException.throwIfAny(parsed.violations);
    return new Asked(
        new RowQuery(parsed.query.build(), parsed.language, parsed.defaultFacets), parsed.listIds);
  }

  /// Whether a parameter of this name is something else than a filter.
  static boolean taken(String name) {
    return NAMES.contains(name) || name.equals(INCLUDE_TOTAL);
  }

  private void parameter(Parameter parameter) {
    if (parameter.filter()) {
      filter(parameter);
      return;
    }
    switch (parameter.name()) {
      case "top" -> top(one(parameter));
      case "after" -> query.setAfter(shorter(parameter, AFTER_CHARS_MAX));
      case "language" -> language = shorter(parameter, 10);
      case "search" -> query.setText(search(parameter));
      case "sortAsc" -> sorts(parameter, SortDirection.SORT_DIRECTION_ASC);
      case "sortDesc" -> sorts(parameter, SortDirection.SORT_DIRECTION_DESC);
      case "facets" -> list(parameter).forEach(this::facet);
      case "fields" -> list(parameter).forEach(this::field);
      case "includeTotals", INCLUDE_TOTAL -> query.setIncludeTotal(flag(parameter));
      case "listIds" -> listIds = flag(parameter);
      default -> filter(parameter);
    }
  }

  private void filter(Parameter parameter) {
    String name = parameter.name();
    int dot = name.indexOf('.');
    String operator = dot < 0 ? "" : name.substring(dot + 1);
    Target target = target(dot < 0 ? name : name.substring(0, dot));
    var type = type(name, target, parameter.filter() ? "unknown_property" : "unknown_parameter");
    if (type.isEmpty()) return;
    if (parameter.values().isEmpty()) return; // an empty list filters nothing
    var filter =
        filters.computeIfAbsent(
            target,
            _ -> Filter.newBuilder().setProperty(target.property()).setLanguage(target.language()));
    FilterTests.put(name, filter, type.get(), operator, parameter.values(), violations);
  }

  private static Target target(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new Target(text, "")
        : new Target(text.substring(0, at), text.substring(at + 1));
  }

  /// The type of a property named by a parameter; empty after a violation.
  private Optional<PropertyType> type(String parameter, Target target, String rule) {
    var type = selection.type(target.property());
    if (type.isEmpty()) {
      var allowed = new ArrayList<>(selection.names());
      if (rule.equals("unknown_parameter")) allowed.addAll(NAMES);
      violations.add(
          new Violation(
              parameter,
              rule,
              "There is no parameter or property " + target.property() + ".",
              target.property(),
              allowed,
              Nearest.of(target.property(), allowed)));
    } else if (!target.language().isEmpty()
        && !new IndexedProperty(target.property(), type.get()).localized()) {
      violations.add(
          Violation.of(
              parameter,
              "not_localized",
              "The property " + target.property() + " has no languages.",
              target.language()));
    }
    return type;
  }

  private void top(String text) {
    try {
      int top = Integer.parseInt(text);
      if (top >= 0 && top <= TOP_MAX) {
        query.setLimit(top);
        return;
      }
    } catch (NumberFormatException _) {
      // Refused below.
    }
    violations.add(
        new Violation(
            "top", "out_of_range", "top is 0 to " + TOP_MAX + ".", text, List.of("0-200"), ""));
  }

  private void sorts(Parameter parameter, SortDirection direction) {
    for (String name : list(parameter)) {
      Target target = target(name);
      if (type(parameter.name(), target, "unknown_property").isEmpty()) continue;
      query.addSort(
          Sort.newBuilder()
              .setProperty(target.property())
              .setLanguage(target.language())
              .setDirection(direction));
    }
  }

  private void facet(String text) {
    if (text.equals("*")) {
      defaultFacets = true;
      return;
    }
    int dot = text.indexOf('.');
    Target target = target(dot < 0 ? text : text.substring(0, dot));
    var type = type("facets", target, "unknown_property");
    if (type.isEmpty()) return;
    if (!Selection.facetable(type.get()) || target.property().equals(Selection.KEY)) {
      violations.add(
          Violation.of(
              "facets",
              "not_facetable",
              "The values of " + target.property() + " are not counted.",
              target.property()));
    }
    int size = dot < 0 ? 0 : size(text.substring(dot + 1));
    query.addFacets(
        FacetRequest.newBuilder()
            .setProperty(target.property())
            .setLanguage(target.language())
            .setSize(size));
  }

  private int size(String text) {
    try {
      int size = Integer.parseInt(text);
      if (size >= 1 && size <= FACET_SIZE_MAX) return size;
    } catch (NumberFormatException _) {
      // Refused below.
    }
    violations.add(
        new Violation(
            "facets", "out_of_range", "A facet has 1 to 50 values.", text, List.of("1-50"), ""));
    return 0;
  }

  private void field(String name) {
    if (type("fields", new Target(name, ""), "unknown_property").isPresent()) query.addFields(name);
  }

  private String search(Parameter parameter) {
    String text = String.join(" ", parameter.values());
    if (text.length() <= TEXT_CHARS_MAX) return text;
    violations.add(
        Violation.of(
            "search", "too_long", "search takes at most " + TEXT_CHARS_MAX + " characters.", text));
    return "";
  }

  private String one(Parameter parameter) {
    if (parameter.values().size() == 1) return parameter.values().getFirst();
    violations.add(
        Violation.of(
            parameter.name(),
            "one_value",
            "The parameter " + parameter.name() + " takes exactly one value."));
    return "";
  }

  private String shorter(Parameter parameter, int charsMax) {
    String text = one(parameter);
    if (text.length() <= charsMax) return text;
    violations.add(
        Violation.of(
            parameter.name(),
            "too_long",
            "The parameter " + parameter.name() + " takes at most " + charsMax + " characters.",
            text));
    return "";
  }

  private boolean flag(Parameter parameter) {
    String text = one(parameter);
    if (!text.equals("true") && !text.equals("false")) {
      violations.add(
          new Violation(
              parameter.name(),
              "not_a_boolean",
              "The parameter " + parameter.name() + " is true or false.",
              text,
              List.of("true", "false"),
              ""));
    }
    return text.equals("true");
  }

  private static List<String> list(Parameter parameter) {
    return parameter.values().stream()
        .flatMap(value -> java.util.Arrays.stream(value.split(",", -1)))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private void atMost(String parameter, int count, int most) {
    if (count <= most) return;
    violations.add(
        Violation.of(
            parameter, "too_many", "At most " + most + " " + parameter + " can be given."));
  }
}
