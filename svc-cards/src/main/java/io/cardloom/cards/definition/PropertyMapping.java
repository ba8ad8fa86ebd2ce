package io.cardloom.cards.definition;

import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.cards.v1.CardPropertyInput;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaResponse;
import io.cardloom.proto.ingest.v1.SourceProperty;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which source property each card property takes. Collects a violation for everything that is
/// wrong.
final class PropertyMapping {
  /// Names the card itself in filters and sorts.
  private static final String KEY = "id";

  private static final int IDENTIFIER_CHARS_MAX = 256;

  /// Most ids that a violation names as allowed.
  private static final int ALLOWED_MAX = 20;

  private final List<String> sources;
  private final Map<String, DescribeDataSourceSchemaResponse> schemas;
  private final List<Violation> violations;

  /// @param sources the definition's sources in order
  /// @param schemas those of them that exist
  PropertyMapping(
      List<String> sources,
      Map<String, DescribeDataSourceSchemaResponse> schemas,
      List<Violation> violations) {
    this.sources = sources;
    this.schemas = schemas;
    this.violations = violations;
  }

  /// The properties asked for; every property of the sources when none is.
  List<CardProperty> of(List<CardPropertyInput> inputs) {
    List<CardProperty> properties = inputs.isEmpty() ? all() : chosen(inputs);
    identifiersAreUnique(properties);
    if (properties.isEmpty() && violations.isEmpty()) {
      violations.add(
          Violation.of(
              "properties",
              "required",
              "The data sources have no properties yet; add some with upsert_data_source_properties."));
    }
    return properties;
  }

  /// Every property under its own id; ids that several sources have are prefixed with the source's.
  private List<CardProperty> all() {
    var times = new HashMap<String, Integer>();
    times.put(KEY, 2);
    schemas.values().stream()
        .flatMap(schema -> schema.getPropertiesList().stream())
        .forEach(property -> times.merge(property.getId(), 1, Integer::sum));
    var properties = new ArrayList<CardProperty>();
    schemas.forEach((source, schema) -> {
      for (SourceProperty property : schema.getPropertiesList()) {
        String id = property.getId();
        String identifier = times.getOrDefault(id, 0) > 1 ? source + "_" + id : id;
        properties.add(card(identifier, property.getDisplayName(), source, property));
      }
    });
    return properties;
  }

  private List<CardProperty> chosen(List<CardPropertyInput> inputs) {
    var properties = new ArrayList<CardProperty>();
    for (int i = 0; i < inputs.size(); i++) {
      CardPropertyInput input = inputs.get(i);
      String path = "properties[" + i + "]";
      source(path, input)
          .flatMap(source ->
              property(path, source, input.getPropertyId())
                  .map(property ->
                      card(
                          input.getIdentifier().isEmpty()
                              ? property.getId()
                              : input.getIdentifier(),
                          input.getName().isEmpty() ? property.getDisplayName() : input.getName(),
                          source,
                          property)))
          .ifPresent(properties::add);
    }
    return properties;
  }

  private static CardProperty card(
      String identifier, String name, String source, SourceProperty property) {
    return new CardProperty(
        identifier,
        name.isEmpty() ? identifier : name,
        source,
        property.getId(),
        property.getType());
  }

  /// The input's source, or empty when there is something wrong with it.
  private Optional<String> source(String path, CardPropertyInput input) {
    String source = input.getSourceId();
    if (source.isEmpty() && sources.size() == 1) return Optional.of(sources.getFirst());
    if (sources.contains(source)) return Optional.of(source);
    violations.add(
        source.isEmpty()
            ? new Violation(
                path + ".sourceId",
                "required",
                "The definition has several data sources; say which one has "
                    + input.getPropertyId()
                    + ".",
                "",
                sources,
                "")
            : new Violation(
                path + ".sourceId",
                "unknown_source",
                source + " is not among the definition's sourceIds.",
                source,
                sources,
                Nearest.of(source, sources)));
    return Optional.empty();
  }

  /// The source's property, or empty when there is none, or no such source.
  private Optional<SourceProperty> property(String path, String source, String given) {
    DescribeDataSourceSchemaResponse schema = schemas.get(source);
    if (schema == null) return Optional.empty(); // its own violation says so
    String id = given.toLowerCase(Locale.ROOT);
    var found = schema.getPropertiesList().stream().filter(p -> p.getId().equals(id)).findFirst();
    if (found.isEmpty()) {
      List<String> known = schema.getPropertiesList().stream().map(SourceProperty::getId).toList();
      violations.add(
          new Violation(
              path + ".propertyId",
              "unknown_property",
              "The data source " + source + " has no property " + given + ".",
              given,
              known.stream().limit(ALLOWED_MAX).toList(),
              Nearest.of(id, known)));
    }
    return found;
  }

  private void identifiersAreUnique(List<CardProperty> properties) {
    Set<String> seen = new HashSet<>();
    for (CardProperty property : properties) {
      String identifier = property.identifier();
      if (identifier.equalsIgnoreCase(KEY)) {
        violations.add(
            Violation.of(
                "properties",
                "reserved_identifier",
                "The identifier id names the card itself; give "
                    + property.property()
                    + " of "
                    + property.source()
                    + " another.",
                identifier));
      } else if (identifier.length() > IDENTIFIER_CHARS_MAX) {
        violations.add(
            Violation.of(
                "properties",
                "too_long",
                "An identifier has at most " + IDENTIFIER_CHARS_MAX + " characters.",
                identifier));
      } else if (!seen.add(identifier.toLowerCase(Locale.ROOT))) {
        violations.add(
            Violation.of(
                "properties",
                "duplicate_identifier",
                "Two properties have the identifier "
                    + identifier
                    + " (case is ignored); give one of them another.",
                identifier));
      }
    }
  }
}
