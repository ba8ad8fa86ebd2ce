package io.cardloom.publishing.selection;

import io.cardloom.kit.call.Draft;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardProperty;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.EndpointFacet;
import io.cardloom.proto.publishing.v1.EndpointProperty;
import io.cardloom.proto.publishing.v1.EndpointPropertyInput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.core.io.JsonStringEncoder;

/// Turns what a caller selects into a [Selection], with the definition's types and every default
/// filled in, and finds everything that is wrong with it.
public final class SelectionCheck {
  private static final String PROPERTIES = "properties";

  /// Most names that one violation lists as allowed.
  private static final int ALLOWED_MAX = 50;

  /// Most properties that a request can list, as in its contract.
  private static final int LISTED_MAX = 1_000;

  /// Most defaults told one by one, and most properties told where there are more.
  private static final int TOLD_MAX = 60;

  private static final JsonStringEncoder JSON = JsonStringEncoder.getInstance();

  private final List<String> languages;
  private final Draft draft;
  private final Map<String, PropertyType> cardTypes = new LinkedHashMap<>();
  private final Map<String, PropertyType> types = new LinkedHashMap<>();
  private final List<EndpointProperty> properties = new ArrayList<>();
  private final List<EndpointPropertyInput> inputs = new ArrayList<>();

  /// Names of properties that the cards do not have: told once, not of each facet too.
  private final Set<String> missing = new HashSet<>();

  /// @param inputs the properties as a request lists them, with the defaults in them
  public record Checked(Selection selection, List<EndpointPropertyInput> inputs) {}

  /// @param languages of the destination; empty where they are not known, and not checked then
  public SelectionCheck(CardDefinition definition, List<String> languages, Draft draft) {
    this.languages = languages;
    this.draft = draft;
    for (CardProperty property : definition.getPropertiesList()) {
      cardTypes.put(property.getIdentifier(), property.getType());
    }
  }

  /// The selection; of use only where no problem was found.
  ///
  /// @param request whose name and facet sizes are filled in
  public Checked of(CreateEndpointRequest request) {
    properties(request);
    if (!draft.broken("facets") && !draft.broken(PROPERTIES)) {
      for (int i = 0; i < request.getFacetsCount(); i++) {
        var before = request.getFacetsList().subList(0, i);
        facet("facets[" + i + "]", request.getFacets(i), before);
      }
    }
    Conditions.check(request.getConditionsList(), cardTypes, draft);
    return new Checked(
        new Selection(
            request.getName(), properties, request.getFacetsList(), request.getConditionsList()),
        inputs);
  }

  private void properties(CreateEndpointRequest request) {
    if (draft.broken(PROPERTIES)) { // more than are worth a look
      inputs.addAll(request.getPropertiesList());
      return;
    }
    if (request.getPropertiesCount() == 0) {
      all();
      return;
    }
    var defaulted = new ArrayList<Integer>();
    for (int i = 0; i < request.getPropertiesCount(); i++) {
      var input = request.getProperties(i);
      if (input.getAs().isEmpty() && cardTypes.containsKey(input.getIdentifier())) {
        input = input.toBuilder().setAs(input.getIdentifier()).build();
        defaulted.add(i);
      }
      inputs.add(input);
      property(PROPERTIES + "[" + i + "]", input);
    }
    if (defaulted.size() > TOLD_MAX) {
      tell(defaulted.size() + " names were not given: they are the card properties' own.");
    } else {
      for (int i : defaulted) {
        draft.filled(
            PROPERTIES + "[" + i + "].as", inputs.get(i).getAs(), "It is the card property's own.");
      }
    }
  }

  private void all() {
    cardTypes
        .keySet()
        .forEach(identifier -> {
          var input =
              EndpointPropertyInput.newBuilder()
                  .setIdentifier(identifier)
                  .setAs(identifier)
                  .build();
          inputs.add(input);
          property(PROPERTIES, input);
        });
    String why = "None were given: all " + inputs.size() + " of the card definition are served.";
    if (inputs.size() > LISTED_MAX) {
      tell(why + " They are more than a call can list.");
      inputs.clear();
    } else if (!inputs.isEmpty()) {
      tell(why);
    }
  }

  /// Tells all properties as one default: by their identifiers, since the draft holds the rest.
  private void tell(String why) {
    draft.filledJson(
        PROPERTIES,
        inputs.stream()
            .limit(TOLD_MAX)
            .map(input -> "\"" + new String(JSON.quoteAsCharArray(input.getIdentifier())) + "\"")
            .collect(Collectors.joining(",", "[", "]")),
        inputs.size() > TOLD_MAX ? why + " The first " + TOLD_MAX + " are named." : why);
  }

  private void property(String path, EndpointPropertyInput input) {
    String identifier = input.getIdentifier();
    String as = input.getAs();
    PropertyType type = cardTypes.get(identifier);
    if (type == null) {
      missing.add(as.isEmpty() ? identifier : as);
      unknown(path + ".identifier", "The card definition has no property ", identifier, cardTypes);
      return;
    }
    if (as.equals(Selection.KEY)) {
      draft.problem(
          Violation.of(
              path + ".as",
              "reserved",
              "id is the key of every row; give the property another name.",
              as));
    } else if (types.put(as, type) != null) {
      draft.problem(
          Violation.of(path + ".as", "duplicate", "The name " + as + " is given twice.", as));
    }
    properties.add(
        EndpointProperty.newBuilder().setIdentifier(identifier).setAs(as).setType(type).build());
  }

  private void facet(String path, EndpointFacet facet, List<EndpointFacet> before) {
    String name = facet.getProperty();
    PropertyType type = types.get(name);
    if (type == null) {
      if (missing.contains(name)) return;
      unknown(path + ".property", "The endpoint has no property ", name, types);
      return;
    }
    if (!Selection.facetable(type)) {
      draft.problem(
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
      draft.problem(
          Violation.of(
              path + ".property", "duplicate", "The facet " + name + " is given twice.", name));
    }
    if (languages.isEmpty() || draft.broken(path + ".header")) return;
    for (String language : new TreeSet<>(facet.getHeaderMap().keySet())) {
      if (languages.contains(language)) continue;
      draft.problem(
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
    if (draft.full() || draft.broken(path)) return;
    draft.problem(
        new Violation(
            path,
            "unknown_property",
            sentence + name + ".",
            name,
            known.keySet().stream().sorted().limit(ALLOWED_MAX).toList(),
            Nearest.of(name, known.keySet())));
  }
}
