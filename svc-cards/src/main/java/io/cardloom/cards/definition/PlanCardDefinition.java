package io.cardloom.cards.definition;

import io.cardloom.cards.definition.PropertyMapping.Mapped;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Draft;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaResponse;
import java.text.Normalizer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a request to create a card definition comes to: every default filled in, every rule
/// checked. One for the create and for its draft, so that what is drafted is what is created.
public final class PlanCardDefinition {
  /// The tool that makes a plan real.
  static final String CREATE = "create_card_definition";

  /// Most names that a violation lists as allowed.
  private static final int ALLOWED_MAX = 20;

  private static final String IDENTIFIER = "identifier";
  private static final String SOURCES = "sourceIds";

  private final Db db;
  private final DefinitionStore definitions;
  private final SourceSchemas sources;
  private final Clock clock;

  public PlanCardDefinition(
      Db db, DefinitionStore definitions, SourceSchemas sources, Clock clock) {
    this.db = db;
    this.definitions = definitions;
    this.sources = sources;
    this.clock = clock;
  }

  /// @param draft defaults and problems found
  /// @param request the arguments with the defaults in them; what has a problem is as it came
  /// @param definition what would be stored; of use only where there is no problem
  /// @param refusals problems of the draft that are more than a broken rule, as they were thrown
  /// @param next calls that lead out of a problem
  record Plan(
      Draft draft,
      CreateCardDefinitionRequest request,
      CardDefinition definition,
      List<ProblemException> refusals,
      List<Next> next) {

    /// @throws ProblemException a single refusal as it was thrown, else `Invalid` with every
    ///   problem
    void refuseIfAny() {
      if (draft.good()) return;
      if (draft.problems().size() == 1 && !refusals.isEmpty()) throw refusals.getFirst();
      throw new Problem.Invalid(draft.problems(), next).exception();
    }
  }

  /// Asks svc-ingest, so it is called outside of a transaction. That svc-ingest does not answer is
  /// a problem of the plan.
  Plan run(Caller caller, CreateCardDefinitionRequest request) {
    var draft = Draft.of(request);
    var refusals = new ArrayList<ProblemException>();
    var next = new ArrayList<Next>();
    var id = new DefinitionId(caller.tenant(), identifier(request, draft));
    if (!id.id().isEmpty() && !draft.broken(IDENTIFIER)) idIsFree(id, draft, refusals);

    var schemas = schemas(caller, request.getSourceIdsList(), draft, refusals);
    sourcesAreRelated(schemas, draft, next);
    Mapped mapped =
        new PropertyMapping(request.getSourceIdsList(), schemas, draft)
            .of(request.getPropertiesList());
    titleIsKnown(request.getTitleProperty(), mapped.identifiers(), draft);

    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return new Plan(
        draft,
        request.toBuilder()
            .setIdentifier(id.id())
            .clearProperties()
            .addAllProperties(mapped.inputs())
            .clearDryRun()
            .build(),
        new CardDefinition(
            id,
            request.getName(),
            request.getDescription(),
            DefinitionState.DRAFT,
            request.getSourceIdsList(),
            mapped.properties(),
            request.getTitleProperty(),
            1,
            now,
            now),
        refusals,
        next);
  }

  private static String identifier(CreateCardDefinitionRequest request, Draft draft) {
    if (!request.getIdentifier().isEmpty()) return request.getIdentifier();
    if (draft.broken("name")) return "";
    String made = slug(request.getName());
    if (made.isEmpty()) {
      draft.problem(
          Violation.of(
              IDENTIFIER, "required", "No identifier can be made of this name; give one."));
    } else {
      draft.filled(IDENTIFIER, made, "It is made from the name.");
    }
    return made;
  }

  /// The name in lower-case letters and digits without accents, joined by `-`; may be empty.
  static String slug(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFD)
        .replaceAll("\\p{M}+", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "-")
        .replaceAll("^-|-$", "");
  }

  private void idIsFree(DefinitionId id, Draft draft, List<ProblemException> refusals) {
    boolean taken = db.inTx(id.tenant(), tx -> definitions.exists(tx, id));
    if (!taken) return;
    var refusal = taken(id);
    refusals.add(refusal);
    draft.tried(
        IDENTIFIER,
        () -> {
          throw refusal;
        });
  }

  static ProblemException taken(DefinitionId id) {
    return new Problem.AlreadyExists("card definition", id.id()).exception();
  }

  private Map<String, DescribeDataSourceSchemaResponse> schemas(
      Caller caller, List<String> ids, Draft draft, List<ProblemException> refusals) {
    if (draft.broken(SOURCES)) return Map.of(); // none, or more than are worth asking for
    var seen = new HashSet<String>();
    for (int i = 0; i < ids.size(); i++) {
      if (seen.add(ids.get(i))) continue;
      draft.problem(
          Violation.of(
              SOURCES + "[" + i + "]",
              "duplicate_source",
              "The data source " + ids.get(i) + " is given twice.",
              ids.get(i)));
    }
    try {
      return sources.describe(caller, ids, draft);
    } catch (ProblemException failure) {
      Problem away = failure.problem();
      if (!away.code().equals("unavailable")) throw failure;
      refusals.add(failure);
      draft.problem(
          Violation.of(
              SOURCES, away.code(), "The data sources cannot be checked: " + away.message()));
      return Map.of();
    }
  }

  /// Entries of several sources merge by their ids, so every two of the sources must say that they
  /// share them.
  private static void sourcesAreRelated(
      Map<String, DescribeDataSourceSchemaResponse> schemas, Draft draft, List<Next> next) {
    var ids = List.copyOf(schemas.keySet());
    for (int i = 0; i < ids.size(); i++) {
      for (int j = i + 1; j < ids.size(); j++) {
        if (names(schemas, ids.get(i), ids.get(j)) || names(schemas, ids.get(j), ids.get(i))) {
          continue;
        }
        draft.problem(
            Violation.of(
                SOURCES,
                "unrelated_sources",
                "The data sources "
                    + ids.get(i)
                    + " and "
                    + ids.get(j)
                    + " are not declared to share entry ids (relatedSourceIds of create_data_source); make"
                    + " one card definition for each instead.",
                ids.get(i) + ", " + ids.get(j)));
        if (next.isEmpty()) next.addAll(ids.stream().map(PlanCardDefinition::alone).toList());
      }
    }
  }

  private static boolean names(
      Map<String, DescribeDataSourceSchemaResponse> schemas, String source, String other) {
    var schema = schemas.get(source);
    return schema != null && schema.getSource().getRelatedSourceIdsList().contains(other);
  }

  private static Next alone(String source) {
    return new Next(
        CREATE,
        "{\"name\":\"" + source + "\",\"sourceIds\":[\"" + source + "\"],\"dryRun\":true}",
        "makes a card definition of " + source + " alone");
  }

  /// @param known identifiers of the properties; empty where they cannot be told
  private static void titleIsKnown(String title, List<String> known, Draft draft) {
    if (title.isEmpty() || known.isEmpty() || known.contains(title)) return;
    if (draft.broken("titleProperty")) return;
    draft.problem(
        new Violation(
            "titleProperty",
            "unknown_property",
            "No property of the definition has the identifier " + title + ".",
            title,
            known.stream().limit(ALLOWED_MAX).toList(),
            Nearest.of(title, known)));
  }
}
