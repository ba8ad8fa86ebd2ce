package io.cardloom.cards.definition;

import io.cardloom.kit.call.Draft;
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
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import tools.jackson.core.io.JsonStringEncoder;

/// Which source property each card property takes: fills in what is not given, and finds everything
/// that is wrong.
final class PropertyMapping {
  private static final String PROPERTIES = "properties";

  /// Names the card itself in filters and sorts.
  private static final String KEY = "id";

  private static final int IDENTIFIER_CHARS_MAX = 256;

  /// Most properties that a request can list, as in its contract.
  private static final int LISTED_MAX = 1_000;

  /// Most ids that a violation names as allowed.
  private static final int ALLOWED_MAX = 20;

  /// Most defaults told one by one, and most identifiers told where there are more.
  private static final int TOLD_MAX = 60;

  private static final String ALL = "None were given: all %d of the data sources are taken.";
  private static final JsonStringEncoder JSON = JsonStringEncoder.getInstance();

  private final List<String> sources;
  private final Map<String, DescribeDataSourceSchemaResponse> schemas;
  private final Draft draft;
  private final List<Filled> filled = new ArrayList<>();
  private final List<CardPropertyInput> inputs = new ArrayList<>();
  private final List<String> identifiers = new ArrayList<>();
  private final List<CardProperty> properties = new ArrayList<>();

  private record Filled(String path, String value, String why) {}

  /// @param inputs the properties as a request lists them, with the defaults in them; as they came
  ///   where the source has no such property
  /// @param identifiers of the properties, also of those with a problem; empty where they cannot be
  ///   told
  /// @param properties those without a problem
  record Mapped(
      List<CardPropertyInput> inputs, List<String> identifiers, List<CardProperty> properties) {}

  /// @param sources the definition's sources in order
  /// @param schemas those of them that exist
  PropertyMapping(
      List<String> sources, Map<String, DescribeDataSourceSchemaResponse> schemas, Draft draft) {
    this.sources = sources;
    this.schemas = schemas;
    this.draft = draft;
  }

  /// The properties asked for; every property of the sources when none is.
  Mapped of(List<CardPropertyInput> asked) {
    if (draft.broken(PROPERTIES)) return new Mapped(asked, List.of(), List.of()); // too many
    if (asked.isEmpty()) return all();
    for (int i = 0; i < asked.size(); i++) chosen(PROPERTIES + "[" + i + "]", asked.get(i));
    identifiersAreGood(i -> PROPERTIES + "[" + i + "].identifier");
    tellFilled();
    return new Mapped(inputs, identifiers, properties);
  }

  /// Every property under its own id; ids that several sources have are prefixed with the source's.
  /// None while it is not clear what the sources are.
  private Mapped all() {
    if (draft.broken("sourceIds") || !sources.stream().allMatch(schemas::containsKey)) {
      return new Mapped(List.of(), List.of(), List.of());
    }
    var times = new HashMap<String, Integer>();
    times.put(KEY, 2);
    schemas.values().stream()
        .flatMap(schema -> schema.getPropertiesList().stream())
        .forEach(property -> times.merge(property.getId(), 1, Integer::sum));
    schemas.forEach((source, schema) -> {
      for (SourceProperty property : schema.getPropertiesList()) {
        String id = property.getId();
        take(
            CardPropertyInput.newBuilder()
                .setIdentifier(times.getOrDefault(id, 0) > 1 ? source + "_" + id : id)
                .setName(property.getDisplayName())
                .setSourceId(source),
            property);
      }
    });
    if (properties.isEmpty() && !schemas.isEmpty()) {
      draft.problem(
          Violation.of(
              PROPERTIES,
              "required",
              "The data sources have no properties yet; add some with upsert_data_source_properties."));
    }
    identifiersAreGood(_ -> PROPERTIES);
    if (properties.size() > LISTED_MAX) {
      tell(ALL.formatted(properties.size()) + " They are more than a call can list.");
      return new Mapped(List.of(), identifiers, properties);
    }
    if (!properties.isEmpty()) tell(ALL.formatted(properties.size()));
    return new Mapped(inputs, identifiers, properties);
  }

  private void chosen(String path, CardPropertyInput asked) {
    var input = asked.toBuilder();
    var source = draft.full() ? Optional.<String>empty() : source(path, input);
    var property = source.flatMap(id -> property(path, id, input));
    if (property.isEmpty()) {
      inputs.add(asked);
      identifiers.add(
          asked.getIdentifier().isEmpty()
              ? asked.getPropertyId().toLowerCase(Locale.ROOT)
              : asked.getIdentifier());
      return;
    }
    if (asked.getSourceId().isEmpty()) {
      fill(path + ".sourceId", input.getSourceId(), "It is the only data source.");
    }
    if (!asked.getPropertyId().equals(property.get().getId())) {
      fill(path + ".propertyId", property.get().getId(), "Property ids are lower-case.");
    }
    if (asked.getIdentifier().isEmpty()) {
      input.setIdentifier(property.get().getId());
      fill(path + ".identifier", input.getIdentifier(), "It is the id of the source's property.");
    }
    if (asked.getName().isEmpty()) {
      String label = property.get().getDisplayName();
      input.setName(label.isEmpty() ? input.getIdentifier() : label);
      fill(path + ".name", input.getName(), "It is what the data source calls the property.");
    }
    take(input, property.get());
  }

  private void take(CardPropertyInput.Builder input, SourceProperty property) {
    if (input.getName().isEmpty()) input.setName(input.getIdentifier());
    inputs.add(input.setPropertyId(property.getId()).build());
    identifiers.add(input.getIdentifier());
    properties.add(
        new CardProperty(
            input.getIdentifier(),
            input.getName(),
            input.getSourceId(),
            property.getId(),
            property.getType()));
  }

  /// The input's source, or empty when there is something wrong with it.
  private Optional<String> source(String path, CardPropertyInput.Builder input) {
    String source = input.getSourceId();
    if (source.isEmpty() && sources.size() == 1) {
      input.setSourceId(sources.getFirst());
      return Optional.of(sources.getFirst());
    }
    if (sources.contains(source)) return Optional.of(source);
    if (draft.broken(path + ".sourceId")) return Optional.empty();
    draft.problem(
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
  private Optional<SourceProperty> property(
      String path, String source, CardPropertyInput.Builder input) {
    DescribeDataSourceSchemaResponse schema = schemas.get(source);
    if (schema == null) return Optional.empty(); // its own violation says so
    if (draft.broken(path + ".propertyId")) return Optional.empty();
    String given = input.getPropertyId();
    String id = given.toLowerCase(Locale.ROOT);
    var found = schema.getPropertiesList().stream().filter(p -> p.getId().equals(id)).findFirst();
    if (found.isPresent()) return found;
    List<String> known = schema.getPropertiesList().stream().map(SourceProperty::getId).toList();
    draft.problem(
        new Violation(
            path + ".propertyId",
            "unknown_property",
            "The data source " + source + " has no property " + given + ".",
            given,
            known.stream().limit(ALLOWED_MAX).toList(),
            Nearest.of(id, known)));
    return found;
  }

  /// @param path where the property at a position is named
  private void identifiersAreGood(IntFunction<String> path) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < inputs.size() && !draft.full(); i++) {
      CardPropertyInput input = inputs.get(i);
      String identifier = identifiers.get(i);
      String at = path.apply(i);
      if (identifier.isEmpty()) continue; // its own violation says so
      if (identifier.equalsIgnoreCase(KEY)) {
        draft.problem(
            Violation.of(
                at,
                "reserved_identifier",
                "The identifier id names the card itself; give "
                    + input.getPropertyId()
                    + " of "
                    + input.getSourceId()
                    + " another.",
                identifier));
      } else if (identifier.length() > IDENTIFIER_CHARS_MAX) {
        draft.problem(
            Violation.of(
                at,
                "too_long",
                "An identifier has at most " + IDENTIFIER_CHARS_MAX + " characters.",
                identifier));
      } else if (!seen.add(identifier.toLowerCase(Locale.ROOT))) {
        draft.problem(
            Violation.of(
                at,
                "duplicate_identifier",
                "Two properties have the identifier "
                    + identifier
                    + " (case is ignored); give one of them another.",
                identifier));
      }
    }
  }

  private void fill(String path, String value, String why) {
    filled.add(new Filled(path, value, why));
  }

  /// Tells each value that was filled in; one by one as long as they can be read.
  private void tellFilled() {
    if (filled.size() <= TOLD_MAX) {
      filled.forEach(one -> draft.filled(one.path(), one.value(), one.why()));
    } else {
      tell(
          filled.size()
              + " values were not given and are filled in: each property has its sourceId,"
              + " identifier and name.");
    }
  }

  /// Tells all properties as one default: by their identifiers, since the draft holds the rest.
  private void tell(String why) {
    draft.filledJson(
        PROPERTIES,
        identifiers.stream()
            .limit(TOLD_MAX)
            .map(identifier -> "\"" + new String(JSON.quoteAsCharArray(identifier)) + "\"")
            .collect(Collectors.joining(",", "[", "]")),
        identifiers.size() > TOLD_MAX ? why + " The first " + TOLD_MAX + " are named." : why);
  }
}
