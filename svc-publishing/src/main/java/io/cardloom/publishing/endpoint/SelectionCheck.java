package io.cardloom.publishing.endpoint;

import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardProperty;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.EndpointFacet;
import io.cardloom.proto.publishing.v1.EndpointProperty;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns what a caller selects into a [Selection], with the definition's types and every default
/// filled in.
final class SelectionCheck {
  /// Most names that one violation lists as allowed.
  private static final int ALLOWED_MAX = 50;

  /// Values of a facet where its size is not given.
  private static final int FACET_SIZE = 10;

  private final List<String> languages;
  private final Map<String, PropertyType> cardTypes = new LinkedHashMap<>();
  private final Map<String, PropertyType> types = new LinkedHashMap<>();
  private final List<EndpointProperty> properties = new ArrayList<>();
  private final List<Violation> violations = new ArrayList<>();

  private SelectionCheck(List<String> languages) {
    this.languages = languages;
  }

  /// @throws ProblemException `Invalid` with every violation
  static Selection checked(
      CreateEndpointRequest request, CardDefinition definition, List<String> languages) {
    var check = new SelectionCheck(languages);
    for (CardProperty property : definition.getPropertiesList()) {
      check.cardTypes.put(property.getIdentifier(), property.getType());
    }
    check.properties(request);
    for (int i = 0; i < request.getFacetsCount(); i++) {
      check.facet("facets[" + i + "]", request.getFacets(i), request.getFacetsList().subList(0, i));
    }
    check.violations.addAll(Conditions.violations(request.getConditionsList(), check.cardTypes));
    ProblemException.throwIfAny(check.violations);
    return new Selection(
        request.getName().isEmpty() ? request.getPath() : request.getName(),
        check.properties,
        request.getFacetsList().stream().map(SelectionCheck::sized).toList(),
        request.getConditionsList());
  }

  private void properties(CreateEndpointRequest request) {
    if (request.getPropertiesCount() == 0) {
      cardTypes.keySet().forEach(identifier -> property("properties", identifier, identifier));
      return;
    }
    for (int i = 0; i < request.getPropertiesCount(); i++) {
      var input = request.getProperties(i);
      String as = input.getAs().isEmpty() ? input.getIdentifier() : input.getAs();
      property("properties[" + i + "]", input.getIdentifier(), as);
    }
  }

  private void property(String path, String identifier, String as) {
    PropertyType type = cardTypes.get(identifier);
    if (type == null) {
      unknown(path + ".identifier", "The card definition has no property ", identifier, cardTypes);
      return;
    }
    if (as.equals(Selection.KEY)) {
      violations.add(
          Violation.of(
              path + ".as",
              "reserved",
              "id is the key of every row; give the property another name.",
              as));
    } else if (types.put(as, type) != null) {
      violations.add(
          Violation.of(path + ".as", "duplicate", "The name " + as + " is given twice.", as));
    }
    properties.add(
        EndpointProperty.newBuilder().setIdentifier(identifier).setAs(as).setType(type).build());
  }

  private void facet(String path, EndpointFacet facet, List<EndpointFacet> before) {
    String name = facet.getProperty();
    PropertyType type = types.get(name);
    if (type == null) {
      unknown(path + ".property", "The endpoint has no property ", name, types);
      return;
    }
    if (!Selection.facetable(type)) {
      violations.add(
          new Violation(
              path + ".property",
              "not_facetable",
              "The property " + name + " is a timestamp: its values are not counted.",
              name,
              types.keySet().stream()
                  .filter(other -> Selection.facetable(types.getOrDefault(other, type)))
                  .limit(ALLOWED_MAX)
                  .toList(),
              ""));
    }
    if (before.stream().anyMatch(other -> other.getProperty().equals(name))) {
      violations.add(
          Violation.of(
              path + ".property", "duplicate", "The facet " + name + " is given twice.", name));
    }
    for (String language : new java.util.TreeSet<>(facet.getHeaderMap().keySet())) {
      if (languages.contains(language)) continue;
      violations.add(
          new Violation(
              path + ".header." + language,
              "unknown_language",
              "The destination is not served in " + language + ".",
              language,
              languages,
              Nearest.of(language, languages)));
    }
  }

  private void unknown(String path, String sentence, String name, Map<String, PropertyType> known) {
    Collection<String> names = new HashSet<>(known.keySet());
    violations.add(
        new Violation(
            path,
            "unknown_property",
            sentence + name + ".",
            name,
            names.stream().sorted().limit(ALLOWED_MAX).toList(),
            Nearest.of(name, names)));
  }

  private static EndpointFacet sized(EndpointFacet facet) {
    return facet.getSize() == 0 ? facet.toBuilder().setSize(FACET_SIZE).build() : facet;
  }
}
