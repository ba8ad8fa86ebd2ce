package io.cardloom.publishing.publication;

import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import io.cardloom.proto.publishing.v1.UpdateApiVersionResponse;
import io.cardloom.publishing.apiversion.ApiVersion;
import io.cardloom.publishing.apiversion.ApiVersion.State;
import io.cardloom.publishing.apiversion.ApiVersionStore;
import io.cardloom.publishing.destination.DestinationStore;
import io.cardloom.publishing.endpoint.Cards;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.endpoint.EndpointStore;
import io.cardloom.publishing.queue.BackfillStore;
import io.cardloom.publishing.queue.QueueStore;
import io.cardloom.publishing.write.Calls;
import io.cardloom.publishing.write.Outcome;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// Activates or stops an API version, or changes who may read it or its description. NEW -> ACTIVE
/// -> STOPPED, nothing else.
///
/// Active at once: its endpoints are served while their rows are still being built. Stopping takes
/// the rows with it.
public final class UpdateApiVersion {
  private final Db db;
  private final DestinationStore destinations;
  private final ApiVersionStore versions;
  private final EndpointStore endpoints;
  private final DocumentIndex index;
  private final QueueStore queue;
  private final BackfillStore backfills;
  private final Cards cards;
  private final String publicUrl;
  private final Clock clock;

  public UpdateApiVersion(
      Db db,
      DestinationStore destinations,
      ApiVersionStore versions,
      EndpointStore endpoints,
      DocumentIndex index,
      QueueStore queue,
      BackfillStore backfills,
      Cards cards,
      String publicUrl,
      Clock clock) {
    this.db = db;
    this.destinations = destinations;
    this.versions = versions;
    this.endpoints = endpoints;
    this.index = index;
    this.queue = queue;
    this.backfills = backfills;
    this.cards = cards;
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  /// A change on its way: the version before and after, and its endpoints.
  private record Change(
      Caller caller,
      UpdateApiVersionRequest request,
      ApiVersion before,
      ApiVersion after,
      List<Endpoint> endpoints) {
    List<String> endpointIds() {
      return endpoints.stream().map(Endpoint::id).toList();
    }
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`; `Stale`; `WrongState` (not from
  ///   this state, no endpoint, three active already); `NeedsConfirmation` to stop, protect or open
  ///   what is served
  public UpdateApiVersionResponse run(Caller caller, UpdateApiVersionRequest request) {
    Change change = db.inTx(caller.tenant(), tx -> write(tx, caller, request));
    boolean published =
        change.before().state() == State.NEW && change.after().state() == State.ACTIVE;
    if (change.before().version() == change.after().version()) {
      return response(change).build();
    }
    var outcome =
        Outcome.of(
            request.getDryRun(),
            request.getDryRun() ? change.before().version() : change.after().version(),
            caller,
            published ? List.of(building(change)) : List.of(),
            published ? searches(change) : List.of());
    return response(change).setOutcome(outcome).build();
  }

  private UpdateApiVersionResponse.Builder response(Change change) {
    return UpdateApiVersionResponse.newBuilder()
        .setApiVersion(change.after().toPb())
        .addAllEndpoints(change.endpoints().stream().map(one -> one.toPb(publicUrl)).toList())
        .setOutcome(Outcome.unchanged(change.after().version(), change.caller()));
  }

  private Change write(Tx tx, Caller caller, UpdateApiVersionRequest request) throws Exception {
    String tenant = caller.tenant();
    versions
        .find(tx, tenant, request.getApiVersionId())
        .ifPresent(found -> destinations.lock(tx, tenant, found.destinationId()));
    ApiVersion before = versions.needToChange(tx, tenant, request.getApiVersionId());
    if (request.getExpectedVersion() != 0 && request.getExpectedVersion() != before.version()) {
      throw new Problem.Stale(
              "API version", before.id(), request.getExpectedVersion(), before.version())
          .exception();
    }
    State state = wanted(request, before);
    String description = request.hasDescription() ? request.getDescription() : before.description();
    var mine = endpoints.ofVersion(tx, tenant, before.id());
    boolean isProtected = request.hasProtected() ? request.getProtected() : before.isProtected();
    boolean same =
        state == before.state()
            && description.equals(before.description())
            && isProtected == before.isProtected();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var after = same ? before : before.changed(state, description, isProtected, now);
    var change = new Change(caller, request, before, after, mine);
    if (same) return change;

    if (state != before.state()) {
      switch (state) {
        case ACTIVE -> needPublishable(tx, change);
        case STOPPED -> needConfirmed(tx, change);
        case NEW -> throw new IllegalStateException("no way leads to NEW");
      }
    } else if (state == State.ACTIVE && isProtected != before.isProtected()) {
      needAccessConfirmed(tx, change);
    }
    if (request.getDryRun()) return change;
    versions.update(tx, after);
    if (state != before.state()) {
      switch (state) {
        case ACTIVE -> publish(tx, change);
        case STOPPED -> unpublish(tx, change);
        case NEW -> throw new IllegalStateException("no way leads to NEW");
      }
    }
    return change;
  }

  /// The state asked for, where a way leads to it.
  private static State wanted(UpdateApiVersionRequest request, ApiVersion before) {
    State now = before.state();
    State wanted =
        switch (request.getState()) {
          case API_VERSION_STATE_NEW -> State.NEW;
          case API_VERSION_STATE_ACTIVE -> State.ACTIVE;
          case API_VERSION_STATE_STOPPED -> State.STOPPED;
          case API_VERSION_STATE_UNSPECIFIED, UNRECOGNIZED -> now;
        };
    if (wanted == now) return now;
    return switch (wanted) {
      case ACTIVE, NEW -> {
        if (now == State.NEW) yield wanted;
        throw wrongState(
            before,
            State.NEW.name(),
            Calls.createApiVersion(
                before.destinationId(), before.id(), "A copy of it starts as NEW."));
      }
      case STOPPED -> {
        if (now == State.ACTIVE) yield wanted;
        throw wrongState(
            before,
            State.ACTIVE.name(),
            Calls.listConfiguration("It lists the versions that are served."));
      }
    };
  }

  private void needPublishable(Tx tx, Change change) {
    ApiVersion version = change.before();
    if (change.endpoints().isEmpty()) {
      throw wrongState(
          version,
          "NEW with at least one endpoint",
          Calls.createEndpoint(version.id(), "A version without endpoints serves nothing."));
    }
    var active = versions.activeOf(tx, version.tenant(), version.destinationId());
    if (active.size() < ApiVersion.ACTIVE_MAX) return;
    String names = active.stream().map(ApiVersion::id).collect(Collectors.joining(", "));
    throw new Problem.WrongState(
            "API version",
            version.id(),
            version.state().name(),
            "one of at most three active versions of its destination; active are " + names,
            active.stream()
                .map(one -> Calls.stop(one.id(), null, 0, "Stopping it makes room; that is final."))
                .toList())
        .exception();
  }

  /// What consumers have of the version now.
  private Map<String, String> served(Tx tx, Change change) {
    long rows = 0;
    for (Endpoint endpoint : change.endpoints()) rows += index.count(tx, endpoint.collection());
    var served = new LinkedHashMap<String, String>();
    served.put("endpoints", "" + change.endpoints().size());
    served.put("rows", "" + rows);
    served.put(
        "urls",
        change.endpoints().stream()
            .map(one -> one.url(publicUrl))
            .collect(Collectors.joining(" ")));
    return served;
  }

  private void needAccessConfirmed(Tx tx, Change change) {
    if (change.request().getConfirm() || change.request().getDryRun()) return;
    var impact = served(tx, change);
    boolean closes = change.after().isProtected();
    String id = change.before().id();
    throw new Problem.NeedsConfirmation(
            closes
                ? "Protecting " + id + " turns away every consumer without a key that opens it."
                : "Opening " + id + " lets everyone read its " + impact.get("rows") + " rows.",
            impact,
            List.of(
                Calls.setProtected(
                    id,
                    closes,
                    change.request().hasDescription() ? change.request().getDescription() : null,
                    change.request().getExpectedVersion(),
                    "It says yes to that."),
                Calls.listApplications("It tells which programs have a key.")))
        .exception();
  }

  private void needConfirmed(Tx tx, Change change) {
    if (change.request().getConfirm() || change.request().getDryRun()) return;
    var impact = served(tx, change);
    throw new Problem.NeedsConfirmation(
            "Stopping "
                + change.before().id()
                + " takes "
                + change.endpoints().size()
                + " endpoints with "
                + impact.get("rows")
                + " rows away from consumers, for good.",
            impact,
            List.of(
                Calls.stop(
                    change.before().id(),
                    change.request().hasDescription() ? change.request().getDescription() : null,
                    change.request().getExpectedVersion(),
                    "It says yes to that.")))
        .exception();
  }

  private void publish(Tx tx, Change change) throws SQLException {
    for (Endpoint endpoint : change.endpoints()) {
      index.define(tx, endpoint.collection(), endpoint.selection().indexed());
    }
    backfills.begin(
        tx,
        change.after().tenant(),
        change.endpoints(),
        change.caller().correlationId(),
        change.after().updatedAt());
  }

  private void unpublish(Tx tx, Change change) throws SQLException {
    String tenant = change.after().tenant();
    for (Endpoint endpoint : change.endpoints()) index.drop(tx, endpoint.collection());
    queue.drop(tx, tenant, change.endpointIds());
    backfills.drop(tx, tenant, change.endpointIds());
  }

  private String building(Change change) {
    var definitions = change.endpoints().stream().map(Endpoint::cardDefinitionId).distinct();
    OptionalLong count = cards.count(change.caller(), definitions.toList());
    String many = count.isPresent() ? count.getAsLong() + " cards" : "the cards";
    return "Rows appear as they are built: "
        + change.endpoints().size()
        + " endpoints are being filled from "
        + many
        + " there are.";
  }

  private static List<Next> searches(Change change) {
    return change.endpoints().stream()
        .limit(3)
        .map(endpoint ->
            Calls.search(
                endpoint.destinationId(),
                endpoint.path(),
                endpoint.versionName(),
                "It shows what consumers see."))
        .toList();
  }

  private static RuntimeException wrongState(ApiVersion version, String needed, Next next) {
    return new Problem.WrongState(
            "API version", version.id(), version.state().name(), needed, List.of(next))
        .exception();
  }
}
