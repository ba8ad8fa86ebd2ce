package io.cardloom.ingest.source;

import io.cardloom.index.CollectionId;
import io.cardloom.index.DocumentIndex;
import io.cardloom.ingest.source.HeldValues.Impact;
import io.cardloom.ingest.value.Conversion;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.common.v1.WriteOutcome;
import io.cardloom.proto.common.v1.WriteStatus;
import io.cardloom.proto.ingest.v1.UpsertDataSourcePropertiesRequest;
import io.cardloom.proto.ingest.v1.UpsertDataSourcePropertiesResponse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Adds properties and changes existing ones. Where entries hold values of another type, it asks
/// first; the values are then converted in the background ([HeldValues#begin]).
public final class UpsertProperties {
  /// Times the look at stored values is repeated because the source changed meanwhile.
  private static final int TRIES_MAX = 5;

  private final Db db;
  private final SourceStore sources;
  private final HeldValues held;
  private final DocumentIndex index;
  private final Clock clock;

  public UpsertProperties(
      Db db, SourceStore sources, HeldValues held, DocumentIndex index, Clock clock) {
    this.db = db;
    this.sources = sources;
    this.held = held;
    this.index = index;
    this.clock = clock;
  }

  private record Seen(Schema schema, PropertyPlan plan, Impact impact) {}

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`, `Invalid`, `Stale`, `WrongState`,
  ///   or `NeedsConfirmation` with the impact and the call that says yes
  public UpsertDataSourcePropertiesResponse run(
      Caller caller, UpsertDataSourcePropertiesRequest request) {
    Seen seen = look(caller, request);
    for (int tries = 1; tries <= TRIES_MAX; tries++) {
      if (seen.plan().changes().isEmpty()) {
        return response(caller, request, seen, WriteStatus.WRITE_STATUS_UNCHANGED);
      }
      if (seen.impact().populatedEntries() > 0 && !request.getAllowReindex()) {
        throw needsConfirmation(request, seen);
      }
      if (request.getDryRun()) {
        return response(caller, request, seen, WriteStatus.WRITE_STATUS_VALIDATED);
      }
      Seen looked = seen;
      Optional<Schema> applied = db.inTx(caller.tenant(), tx -> apply(tx, caller, request, looked));
      if (applied.isPresent()) {
        return response(
            caller,
            request,
            new Seen(applied.get(), seen.plan(), seen.impact()),
            WriteStatus.WRITE_STATUS_APPLIED);
      }
      seen = look(caller, request);
    }
    throw stale(request.getSourceId(), request.getExpectedVersion(), seen.schema().version());
  }

  /// Reads without a lock: the look at stored values may take long, and imports go on meanwhile.
  private Seen look(Caller caller, UpsertDataSourcePropertiesRequest request) {
    return db.inTx(
        caller.tenant(),
        tx -> {
          Schema schema = sources.schema(tx, caller.tenant(), request.getSourceId());
          long expected = request.getExpectedVersion();
          if (expected != 0 && expected != schema.version()) {
            throw stale(request.getSourceId(), expected, schema.version());
          }
          var known = new HashMap<String, SourceProperty>();
          schema.properties().forEach(property -> known.put(property.id(), property));
          PropertyPlan plan = PropertyPlan.of(known, request.getPropertiesList());
          Map<String, Conversion> conversions = new HashMap<>();
          for (var change : plan.converting()) {
            conversions.put(change.after().id(), schema.conversion(change.updating()));
          }
          Impact impact =
              conversions.isEmpty()
                      || sources.count(tx, caller.tenant(), request.getSourceId()) == 0
                  ? Impact.NONE
                  : held.impact(tx, caller.tenant(), request.getSourceId(), conversions);
          return new Seen(schema, plan, impact);
        });
  }

  /// Writes what was planned; empty when the source, or what entries hold, changed since the look.
  private Optional<Schema> apply(
      Tx tx, Caller caller, UpsertDataSourcePropertiesRequest request, Seen seen)
      throws SQLException {
    String tenant = caller.tenant();
    String sourceId = request.getSourceId();
    if (sources.lock(tx, tenant, sourceId) != seen.schema().version()) return Optional.empty();
    var written = new ArrayList<SourceProperty>();
    var converting = new ArrayList<String>();
    for (var change : seen.plan().changes()) {
      boolean populated =
          change.converts() && held.anyHolds(tx, tenant, sourceId, change.after().id());
      if (populated && !request.getAllowReindex()) return Optional.empty();
      if (populated) converting.add(change.after().id());
      written.add(populated ? change.updating() : change.after());
    }
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    sources.write(tx, tenant, sourceId, written);
    sources.advance(tx, tenant, sourceId, now);
    var indexed = seen.plan().indexedAnew();
    if (!indexed.isEmpty()) {
      index.define(
          tx,
          new CollectionId(tenant, sourceId),
          indexed.stream().map(change -> change.after().indexed()).toList());
    }
    if (!converting.isEmpty()) held.begin(tx, caller, sourceId, converting, now);
    return Optional.of(sources.schema(tx, tenant, sourceId));
  }

  private static RuntimeException stale(String sourceId, long expected, long found) {
    return new Problem.Stale("data source", sourceId, expected, found).exception();
  }

  private static RuntimeException needsConfirmation(
      UpsertDataSourcePropertiesRequest request, Seen seen) {
    Impact impact = seen.impact();
    return new Problem.NeedsConfirmation(
            impact.populatedEntries()
                + " entries hold values that would be converted; "
                + impact.unconvertibleValues()
                + " values would be cleared.",
            Map.of(
                "populatedEntries",
                "" + impact.populatedEntries(),
                "unconvertibleValues",
                "" + impact.unconvertibleValues(),
                "samples",
                String.join("; ", impact.samples())),
            List.of(SourcePb.allowed(request)))
        .exception();
  }

  private static UpsertDataSourcePropertiesResponse response(
      Caller caller, UpsertDataSourcePropertiesRequest request, Seen seen, WriteStatus status) {
    var response = UpsertDataSourcePropertiesResponse.newBuilder();
    var planned = new HashMap<String, SourceProperty>();
    if (status == WriteStatus.WRITE_STATUS_VALIDATED) {
      seen.plan().changes().forEach(change -> planned.put(change.after().id(), change.after()));
    }
    for (var input : request.getPropertiesList()) {
      SourceProperty stored = seen.schema().property(input.getId());
      SourceProperty shown =
          planned.getOrDefault(input.getId().toLowerCase(java.util.Locale.ROOT), stored);
      if (shown != null) response.addProperties(SourcePb.of(shown));
    }
    return response
        .setOutcome(
            WriteOutcome.newBuilder()
                .setStatus(status)
                .setVersion(seen.schema().version())
                .setCorrelationId(caller.correlationId()))
        .setImpact(SourcePb.of(seen.impact()))
        .build();
  }
}
