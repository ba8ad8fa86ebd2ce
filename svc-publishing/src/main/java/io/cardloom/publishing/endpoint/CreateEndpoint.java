package io.cardloom.publishing.endpoint;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.CreateEndpointResponse;
import io.cardloom.publishing.apiversion.ApiVersion;
import io.cardloom.publishing.apiversion.ApiVersionStore;
import io.cardloom.publishing.endpoint.PlanEndpoint.Plan;
import io.cardloom.publishing.write.Calls;
import io.cardloom.publishing.write.Outcome;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Creates an endpoint. Its version is NEW, its card definition active, and what it selects is
/// there.
public final class CreateEndpoint {
  private final Db db;
  private final ApiVersionStore versions;
  private final EndpointStore endpoints;
  private final PlanEndpoint plans;
  private final String publicUrl;
  private final Clock clock;

  public CreateEndpoint(
      Db db,
      ApiVersionStore versions,
      EndpointStore endpoints,
      PlanEndpoint plans,
      String publicUrl,
      Clock clock) {
    this.db = db;
    this.versions = versions;
    this.endpoints = endpoints;
    this.plans = plans;
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`, `WrongState` (version not NEW,
  ///   definition not active), `AlreadyExists` or `Unavailable` where it is all that is wrong, else
  ///   `Invalid` with every violation
  public CreateEndpointResponse run(Caller caller, CreateEndpointRequest request) {
    Plan plan = plans.run(caller, request);
    if (request.getDryRun())
      return db.inTx(caller.tenant(), tx -> store(tx, caller, request, plan));
    return Idempotency.run(
        db,
        caller,
        "create_endpoint",
        request.getIdempotencyKey(),
        request,
        CreateEndpointResponse.parser(),
        // The plan's problems are told in here, since a repeat gets the first answer whatever is in
        // its way by now: at the least its own path.
        tx -> store(tx, caller, request, plan));
  }

  private CreateEndpointResponse store(
      Tx tx, Caller caller, CreateEndpointRequest request, Plan plan) {
    plan.refuseIfAny();
    ApiVersion version =
        PlanEndpoint.needNew(versions.needToAdd(tx, caller.tenant(), request.getApiVersionId()));
    var endpoint =
        new Endpoint(
            caller.tenant(),
            version.id() + "." + request.getPath(),
            version.id(),
            request.getPath(),
            request.getCardDefinitionId(),
            plan.selection().orElseThrow(),
            clock.instant().truncatedTo(ChronoUnit.MICROS));
    if (!request.getDryRun() && !endpoints.insert(tx, endpoint)) {
      throw PlanEndpoint.taken(endpoint.id());
    }
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
}
