package io.cardloom.cards.definition;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.CreateCardDefinitionResponse;
import io.cardloom.proto.common.v1.WriteOutcome;
import io.cardloom.proto.common.v1.WriteStatus;
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

/// Creates a card definition in state DRAFT. Everything wrong with the request is told at once.
public final class CreateCardDefinition {
  private static final String METHOD = "create_card_definition";

  private final Db db;
  private final DefinitionStore definitions;
  private final SourceSchemas sources;
  private final Clock clock;

  public CreateCardDefinition(
      Db db, DefinitionStore definitions, SourceSchemas sources, Clock clock) {
    this.db = db;
    this.definitions = definitions;
    this.sources = sources;
    this.clock = clock;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `Invalid` with every violation,
  ///   `AlreadyExists`, or `Unavailable` when svc-ingest does not answer
  public CreateCardDefinitionResponse run(Caller caller, CreateCardDefinitionRequest request) {
    CardDefinition definition =
        plan(caller, request); // asks svc-ingest, so outside of a transaction
    if (request.getDryRun()) {
      db.useTx(tx -> refuseIfTaken(tx, definition.id()));
      return response(caller, definition, WriteStatus.WRITE_STATUS_VALIDATED);
    }
    return Idempotency.run(
        db,
        caller,
        METHOD,
        request.getIdempotencyKey(),
        request,
        CreateCardDefinitionResponse.parser(),
        tx -> {
          refuseIfTaken(tx, definition.id());
          definitions.insert(tx, definition);
          return response(caller, definition, WriteStatus.WRITE_STATUS_APPLIED);
        });
  }

  private void refuseIfTaken(Tx tx, DefinitionId id) {
    if (definitions.exists(tx, id)) {
      throw new Problem.AlreadyExists("card definition", id.id()).exception();
    }
  }

  private CardDefinition plan(Caller caller, CreateCardDefinitionRequest request) {
    var violations = new ArrayList<Violation>();
    var next = new ArrayList<Next>();
    String id =
        request.getIdentifier().isEmpty() ? slug(request.getName()) : request.getIdentifier();
    if (id.isEmpty()) {
      violations.add(
          Violation.of(
              "identifier", "required", "No identifier can be made of this name; give one."));
    }
    List<String> ids = request.getSourceIdsList();
    sourcesAreDistinct(ids, violations);
    var schemas = sources.describe(caller, ids, violations);
    sourcesAreRelated(schemas, violations, next);
    var properties = new PropertyMapping(ids, schemas, violations).of(request.getPropertiesList());
    titleIsKnown(request, properties, violations);
    if (!violations.isEmpty()) throw new Problem.Invalid(violations, next).exception();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return new CardDefinition(
        new DefinitionId(caller.tenant(), id),
        request.getName(),
        request.getDescription(),
        DefinitionState.DRAFT,
        ids,
        properties,
        request.getTitleProperty(),
        1,
        now,
        now);
  }

  private static void sourcesAreDistinct(List<String> ids, List<Violation> violations) {
    var seen = new HashSet<String>();
    for (int i = 0; i < ids.size(); i++) {
      if (seen.add(ids.get(i))) continue;
      violations.add(
          Violation.of(
              "sourceIds[" + i + "]",
              "duplicate_source",
              "The data source " + ids.get(i) + " is given twice.",
              ids.get(i)));
    }
  }

  /// Entries of several sources merge by their ids, so every two of the sources must say that they
  /// share them.
  private static void sourcesAreRelated(
      Map<String, DescribeDataSourceSchemaResponse> schemas,
      List<Violation> violations,
      List<Next> next) {
    var ids = List.copyOf(schemas.keySet());
    for (int i = 0; i < ids.size(); i++) {
      for (int j = i + 1; j < ids.size(); j++) {
        if (names(schemas, ids.get(i), ids.get(j)) || names(schemas, ids.get(j), ids.get(i))) {
          continue;
        }
        violations.add(
            Violation.of(
                "sourceIds",
                "unrelated_sources",
                "The data sources "
                    + ids.get(i)
                    + " and "
                    + ids.get(j)
                    + " are not declared to share entry ids (relatedSourceIds of create_data_source); make"
                    + " one card definition for each instead.",
                ids.get(i) + ", " + ids.get(j)));
        if (next.isEmpty()) next.addAll(ids.stream().map(CreateCardDefinition::alone).toList());
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
        METHOD,
        "{\"name\":\"" + source + "\",\"sourceIds\":[\"" + source + "\"],\"dryRun\":true}",
        "makes a card definition of " + source + " alone");
  }

  private static void titleIsKnown(
      CreateCardDefinitionRequest request,
      List<CardProperty> properties,
      List<Violation> violations) {
    String title = request.getTitleProperty();
    List<String> known = properties.stream().map(CardProperty::identifier).toList();
    if (title.isEmpty() || known.contains(title)) return;
    violations.add(
        new Violation(
            "titleProperty",
            "unknown_property",
            "No property of the definition has the identifier " + title + ".",
            title,
            known.stream().limit(20).toList(),
            Nearest.of(title, known)));
  }

  /// The name in lower-case letters and digits without accents, joined by `-`; may be empty.
  static String slug(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFD)
        .replaceAll("\\p{M}+", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "-")
        .replaceAll("^-|-$", "");
  }

  private static CreateCardDefinitionResponse response(
      Caller caller, CardDefinition definition, WriteStatus status) {
    var outcome =
        WriteOutcome.newBuilder().setStatus(status).setCorrelationId(caller.correlationId());
    if (status == WriteStatus.WRITE_STATUS_APPLIED) {
      outcome
          .setVersion(definition.version())
          .addNext(
              new Next(
                      "activate_card_definition",
                      "{\"cardDefinitionId\":\"" + definition.id().id() + "\"}",
                      "builds its cards and keeps them live")
                  .toPb());
    }
    return CreateCardDefinitionResponse.newBuilder()
        .setCardDefinition(definition.toPb())
        .setOutcome(outcome)
        .build();
  }
}
