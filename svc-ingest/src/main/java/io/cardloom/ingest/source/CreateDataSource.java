package io.cardloom.ingest.source;

import io.cardloom.index.CollectionId;
import io.cardloom.index.DocumentIndex;
import io.cardloom.ingest.value.Canonical;
import io.cardloom.ingest.value.Language;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.WriteOutcome;
import io.cardloom.proto.common.v1.WriteStatus;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.CreateDataSourceResponse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Creates a data source with its first properties, its relations both ways, and its collection in
/// the index.
public final class CreateDataSource {
  private final Db db;
  private final SourceStore sources;
  private final DocumentIndex index;
  private final Clock clock;

  public CreateDataSource(Db db, SourceStore sources, DocumentIndex index, Clock clock) {
    this.db = db;
    this.sources = sources;
    this.index = index;
    this.clock = clock;
  }

  private record Draft(DataSource source, PropertyPlan plan) {}

  /// @throws ProblemException `Invalid` with every violation, `AlreadyExists` for a taken id
  public CreateDataSourceResponse run(Caller caller, CreateDataSourceRequest request) {
    if (request.getDryRun()) {
      return db.inTx(tx -> response(caller, draft(tx, caller, request).source(), true));
    }
    return Idempotency.run(
        db,
        caller,
        "create_data_source",
        request.getIdempotencyKey(),
        request,
        CreateDataSourceResponse.parser(),
        tx -> create(tx, caller, request));
  }

  private CreateDataSourceResponse create(Tx tx, Caller caller, CreateDataSourceRequest request)
      throws SQLException {
    Draft draft = draft(tx, caller, request);
    sources.insert(tx, caller.tenant(), draft.source());
    var properties = draft.plan().changes().stream().map(PropertyPlan.Change::after).toList();
    sources.write(tx, caller.tenant(), draft.source().id(), properties);
    index.define(
        tx,
        new CollectionId(caller.tenant(), draft.source().id()),
        properties.stream().map(SourceProperty::indexed).toList());
    return response(caller, draft.source(), false);
  }

  private Draft draft(Tx tx, Caller caller, CreateDataSourceRequest request) {
    var violations = new ArrayList<Violation>();
    if (!Canonical.isId(request.getId())) {
      violations.add(
          new Violation(
              "id",
              "bad_id",
              "A data source id is 1 to 256 characters of A-Z a-z 0-9 _ -.",
              request.getId(),
              List.of("^[A-Za-z0-9_-]{1,256}$"),
              ""));
    }
    List<String> languages = languages(request, violations);
    List<String> related = related(tx, caller, request, violations);
    PropertyPlan plan = plan(request, violations);
    ProblemException.throwIfAny(violations);
    if (sources.find(tx, caller.tenant(), request.getId()).isPresent()) {
      throw new Problem.AlreadyExists("data source", request.getId()).exception();
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return new Draft(
        new DataSource(
            request.getId(),
            request.getName(),
            request.getDescription(),
            languages,
            related,
            1,
            now,
            now),
        plan);
  }

  private static PropertyPlan plan(CreateDataSourceRequest request, List<Violation> violations) {
    try {
      return PropertyPlan.of(Map.of(), request.getPropertiesList());
    } catch (ProblemException refused) {
      if (!(refused.problem() instanceof Problem.Invalid(var more, _))) throw refused;
      violations.addAll(more);
      return new PropertyPlan(List.of());
    }
  }

  private static List<String> languages(
      CreateDataSourceRequest request, List<Violation> violations) {
    var languages = new LinkedHashSet<String>();
    for (int i = 0; i < request.getLanguagesCount(); i++) {
      String given = request.getLanguages(i);
      var language = Language.of(given);
      if (language.isPresent()) {
        languages.add(language.get());
      } else {
        violations.add(
            new Violation(
                "languages[" + i + "]",
                "bad_language",
                "A language is ISO 639-1, with script or region where needed.",
                given,
                Language.ALLOWED,
                ""));
      }
    }
    return List.copyOf(languages);
  }

  private List<String> related(
      Tx tx, Caller caller, CreateDataSourceRequest request, List<Violation> violations) {
    if (request.getRelatedSourceIdsCount() == 0) return List.of();
    var known = sources.ids(tx, caller.tenant());
    var exists = new HashSet<>(known);
    var related = new LinkedHashSet<String>();
    for (int i = 0; i < request.getRelatedSourceIdsCount(); i++) {
      String id = request.getRelatedSourceIds(i);
      if (exists.contains(id)) {
        related.add(id);
      } else {
        violations.add(
            new Violation(
                "relatedSourceIds[" + i + "]",
                "unknown_source",
                "There is no data source " + Violation.of("", "", "", id).got() + ".",
                id,
                List.of(),
                Nearest.of(id, known)));
      }
    }
    return List.copyOf(related);
  }

  private static CreateDataSourceResponse response(
      Caller caller, DataSource source, boolean dryRun) {
    var outcome =
        WriteOutcome.newBuilder()
            .setStatus(
                dryRun ? WriteStatus.WRITE_STATUS_VALIDATED : WriteStatus.WRITE_STATUS_APPLIED)
            .setVersion(dryRun ? 0 : source.version())
            .setCorrelationId(caller.correlationId());
    if (!dryRun) {
      outcome.addNext(SourcePb.describe(source.id(), "shows what import_data takes").toPb());
    }
    return CreateDataSourceResponse.newBuilder()
        .setSource(SourcePb.of(source))
        .setOutcome(outcome)
        .build();
  }
}
