package io.cardloom.ingest.source;

import io.cardloom.ingest.value.Canonical;
import io.cardloom.ingest.value.Language;
import io.cardloom.kit.call.Draft;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.PropertyInput;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// What create_data_source makes of its arguments: the one normaliser and the one set of rules of
/// the create and of its draft.
///
/// @param arguments as they came, normalised, with the defaults filled in; what is wrong stays
/// @param properties of the new source; as many as can be made of the arguments
/// @param findings defaults and problems, those of the contract too
record SourceDraft(
    CreateDataSourceRequest arguments, List<SourceProperty> properties, Draft findings) {
  /// Rule word of an id that is in use: alone it is a conflict, no broken rule.
  private static final String TAKEN = "id_taken";

  static SourceDraft of(
      Tx tx, SourceStore sources, String tenant, CreateDataSourceRequest request) {
    var findings = Draft.of(request);
    var arguments = request.toBuilder().clearDryRun();
    id(tx, sources, tenant, request.getId(), findings);
    arguments.setName(request.getName().strip());
    if (arguments.getName().isEmpty()) {
      findings.problem(
          new Violation(
              "name", "required", "A data source has a name.", "", List.of("a label"), ""));
    }
    arguments.setDescription(request.getDescription().strip());
    Texts.check("name", request.getName(), findings::problem);
    Texts.check("description", request.getDescription(), findings::problem);
    // A list over its bound stays as it came: nothing else bounds the work on it.
    if (!findings.broken("languages")) languages(arguments, findings);
    if (!findings.broken("relatedSourceIds")) related(tx, sources, tenant, arguments, findings);
    if (findings.broken("properties")) {
      return new SourceDraft(arguments.build(), List.of(), findings);
    }
    PropertyPlan plan = PropertyPlan.read(Map.of(), request.getPropertiesList(), findings::problem);
    var properties = plan.changes().stream().map(PropertyPlan.Change::after).toList();
    for (int i = 0; i < properties.size(); i++) {
      arguments.setProperties(
          i, property(i, request.getProperties(i), properties.get(i), findings));
    }
    return new SourceDraft(arguments.build(), properties, findings);
  }

  /// @throws ProblemException `Invalid` with every problem, or `AlreadyExists` where nothing else
  ///   is wrong but the id
  void throwIfAny() {
    List<Violation> problems = findings.problems();
    if (problems.size() == 1 && problems.getFirst().rule().equals(TAKEN)) {
      throw new Problem.AlreadyExists("data source", arguments.getId()).exception();
    }
    findings.throwIfAny();
  }

  /// The source as it would be stored.
  DataSource source(Instant at) {
    return new DataSource(
        arguments.getId(),
        arguments.getName(),
        arguments.getDescription(),
        arguments.getLanguagesList(),
        arguments.getRelatedSourceIdsList(),
        1,
        at,
        at);
  }

  private static void id(Tx tx, SourceStore sources, String tenant, String id, Draft findings) {
    if (!Canonical.isId(id)) {
      findings.problem(
          new Violation(
              "id",
              "bad_id",
              "A data source id is 1 to 256 characters of A-Z a-z 0-9 _ -.",
              id,
              List.of("^[A-Za-z0-9_-]{1,256}$"),
              ""));
    } else if (sources.find(tx, tenant, id).isPresent()) {
      findings.problem(
          Violation.of(
              "id", TAKEN, "There is already a data source " + id + "; take another id.", id));
    }
  }

  private static void languages(CreateDataSourceRequest.Builder arguments, Draft findings) {
    boolean good = true;
    for (int i = 0; i < arguments.getLanguagesCount(); i++) {
      String given = arguments.getLanguages(i);
      var language = Language.of(given);
      if (language.isPresent()) {
        arguments.setLanguages(i, language.get());
        continue;
      }
      good = false;
      findings.problem(
          new Violation(
              "languages[" + i + "]",
              "bad_language",
              "A language is ISO 639-1, with script or region where needed.",
              given,
              Language.ALLOWED,
              ""));
    }
    // Problems name places, so a list with one keeps its repeats.
    if (!good) return;
    var distinct = new LinkedHashSet<>(arguments.getLanguagesList());
    arguments.clearLanguages().addAllLanguages(distinct);
  }

  private static void related(
      Tx tx,
      SourceStore sources,
      String tenant,
      CreateDataSourceRequest.Builder arguments,
      Draft findings) {
    if (arguments.getRelatedSourceIdsCount() == 0) return;
    var known = sources.ids(tx, tenant);
    var exists = new HashSet<>(known);
    boolean good = true;
    for (int i = 0; i < arguments.getRelatedSourceIdsCount(); i++) {
      String id = arguments.getRelatedSourceIds(i);
      if (exists.contains(id)) continue;
      good = false;
      findings.problem(
          new Violation(
              "relatedSourceIds[" + i + "]",
              "unknown_source",
              "There is no data source " + Violation.of("", "", "", id).got() + ".",
              id,
              List.of(),
              Nearest.of(id, known)));
    }
    if (!good) return;
    var distinct = new LinkedHashSet<>(arguments.getRelatedSourceIdsList());
    arguments.clearRelatedSourceIds().addAllRelatedSourceIds(distinct);
  }

  /// The arguments that make just this property; of a wrong one what was given.
  private static PropertyInput property(
      int i, PropertyInput given, SourceProperty made, Draft findings) {
    String path = "properties[" + i + "].";
    var input =
        given.toBuilder()
            .setId(made.id())
            .setDisplayName(made.displayName())
            .setDescription(made.description());
    if (given.getDisplayName().isBlank() && !made.displayName().isEmpty()) {
      findings.filled(path + "displayName", made.displayName(), "The id, where no label is given.");
    }
    if (given.getType() == PropertyType.PROPERTY_TYPE_UNSPECIFIED) {
      input.setType(made.type());
      findings.filled(
          path + "type", PropertyPlan.word(made.type()), "Text, where no type is given.");
    }
    if (given.getDelimiter().isEmpty() && !made.delimiter().isEmpty()) {
      input.setDelimiter(made.delimiter());
      findings.filled(
          path + "delimiter",
          made.delimiter(),
          "What separates the items of a list given as one text, where nothing else is said.");
    }
    return input.build();
  }
}
