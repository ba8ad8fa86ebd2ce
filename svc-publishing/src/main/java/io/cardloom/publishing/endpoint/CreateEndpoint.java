package io.cardloom.publishing.endpoint;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.CreateEndpointResponse;
import io.cardloom.publishing.apiversion.ApiVersion;
import io.cardloom.publishing.apiversion.ApiVersionStore;
import io.cardloom.publishing.destination.Destination;
import io.cardloom.publishing.destination.DestinationStore;
import io.cardloom.publishing.write.Calls;
import io.cardloom.publishing.write.Outcome;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Creates an endpoint. Its version is NEW, its card definition active, and what it selects is
/// there.
public final class CreateEndpoint {
  private final Db db;
  private final DestinationStore destinations;
  private final ApiVersionStore versions;
  private final EndpointStore endpoints;
  private final Cards cards;
  private final String publicUrl;
  private final Clock clock;

  public CreateEndpoint(
      Db db,
      DestinationStore destinations,
      ApiVersionStore versions,
      EndpointStore endpoints,
      Cards cards,
      String publicUrl,
      Clock clock) {
    this.db = db;
    this.destinations = destinations;
    this.versions = versions;
    this.endpoints = endpoints;
    this.cards = cards;
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`, `WrongState` (version not NEW,
  ///   definition not active), `Invalid` with every violation, `AlreadyExists`, `Unavailable`
  public CreateEndpointResponse run(Caller caller, CreateEndpointRequest request) {
    Destination destination = db.inTx(tx -> destinationOf(tx, caller, request));
    CardDefinition definition = cards.definition(caller, request.getCardDefinitionId());
    needActive(definition);
    Selection selection = SelectionCheck.checked(request, definition, destination.languages());
    if (request.getDryRun()) return db.inTx(tx -> store(tx, caller, request, selection));
    return Idempotency.run(
        db,
        caller,
        "create_endpoint",
        request.getIdempotencyKey(),
        request,
        CreateEndpointResponse.parser(),
        tx -> store(tx, caller, request, selection));
  }

  private Destination destinationOf(Tx tx, Caller caller, CreateEndpointRequest request) {
    ApiVersion version = versions.needToAdd(tx, caller.tenant(), request.getApiVersionId());
    if (request.getIdempotencyKey().isEmpty()) needNew(version);
    return destinations.need(tx, caller.tenant(), version.destinationId());
  }

  private CreateEndpointResponse store(
      Tx tx, Caller caller, CreateEndpointRequest request, Selection selection) {
    ApiVersion version = versions.needToAdd(tx, caller.tenant(), request.getApiVersionId());
    needNew(version);
    var endpoint =
        new Endpoint(
            caller.tenant(),
            version.id() + "." + request.getPath(),
            version.id(),
            request.getPath(),
            request.getCardDefinitionId(),
            selection,
            clock.instant().truncatedTo(ChronoUnit.MICROS));
    boolean taken =
        request.getDryRun()
            ? endpoints.find(tx, endpoint.tenant(), endpoint.id()).isPresent()
            : !endpoints.insert(tx, endpoint);
    if (taken) throw new Problem.AlreadyExists("endpoint", endpoint.id()).exception();
    var outcome =
        Outcome.of(
            request.getDryRun(),
            1,
            caller,
            List.of(),
            List.of(
                Calls.activate(version.id(), "Nothing is served before the version is ACTIVE.")));
    return CreateEndpointResponse.newBuilder()
        .setEndpoint(endpoint.toPb(publicUrl))
        .setOutcome(outcome)
        .build();
  }

  private static void needNew(ApiVersion version) {
    if (version.state() == ApiVersion.State.NEW) return;
    throw new Problem.WrongState(
            "API version",
            version.id(),
            version.state().name(),
            ApiVersion.State.NEW.name(),
            List.of(
                Calls.createApiVersion(
                    version.destinationId(),
                    version.id(),
                    "A copy of it is NEW and takes endpoints.")))
        .exception();
  }

  private static void needActive(CardDefinition definition) {
    if (definition.getState() == CardDefinitionState.CARD_DEFINITION_STATE_ACTIVE) return;
    String state = definition.getState().name().replace("CARD_DEFINITION_STATE_", "");
    var next =
        definition.getState() == CardDefinitionState.CARD_DEFINITION_STATE_UPDATING
            ? Calls.listConfiguration("Its cards are being built; this shows when it is ACTIVE.")
            : Calls.activateDefinition(
                definition.getId(), "Endpoints can be made once its cards are live.");
    throw new Problem.WrongState(
            "card definition", definition.getId(), state, "ACTIVE", List.of(next))
        .exception();
  }
}
