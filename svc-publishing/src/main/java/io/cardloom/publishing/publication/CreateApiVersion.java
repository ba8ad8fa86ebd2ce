package io.cardloom.publishing.publication;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.publishing.v1.CreateApiVersionRequest;
import io.cardloom.proto.publishing.v1.CreateApiVersionResponse;
import io.cardloom.publishing.apiversion.ApiVersion;
import io.cardloom.publishing.apiversion.ApiVersionStore;
import io.cardloom.publishing.destination.Destination;
import io.cardloom.publishing.destination.DestinationStore;
import io.cardloom.publishing.endpoint.EndpointStore;
import io.cardloom.publishing.write.Calls;
import io.cardloom.publishing.write.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Creates an API version in state NEW, with the endpoints of another one where `copyFrom` names
/// it.
public final class CreateApiVersion {
  private final Db db;
  private final DestinationStore destinations;
  private final ApiVersionStore versions;
  private final EndpointStore endpoints;
  private final String publicUrl;
  private final Clock clock;

  public CreateApiVersion(
      Db db,
      DestinationStore destinations,
      ApiVersionStore versions,
      EndpointStore endpoints,
      String publicUrl,
      Clock clock) {
    this.db = db;
    this.destinations = destinations;
    this.versions = versions;
    this.endpoints = endpoints;
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` (destination or copied version);
  ///   `AlreadyExists`
  public CreateApiVersionResponse run(Caller caller, CreateApiVersionRequest request) {
    if (request.getDryRun()) return db.inTx(caller.tenant(), tx -> store(tx, caller, request));
    return Idempotency.run(
        db,
        caller,
        "create_api_version",
        request.getIdempotencyKey(),
        request,
        CreateApiVersionResponse.parser(),
        tx -> store(tx, caller, request));
  }

  private CreateApiVersionResponse store(Tx tx, Caller caller, CreateApiVersionRequest request) {
    String tenant = caller.tenant();
    Destination destination = destinations.need(tx, tenant, request.getDestinationId());
    destinations.lock(tx, tenant, destination.id());
    String copied = request.getCopyFrom();
    boolean isProtected = destination.isProtected();
    // A copy of what is protected is not open by default, whatever the destination says.
    if (!copied.isEmpty()) isProtected |= versions.needToAdd(tx, tenant, copied).isProtected();
    if (request.hasProtected()) isProtected = request.getProtected();
    ApiVersion version = version(tx, destination, request, isProtected);

    boolean taken =
        request.getDryRun()
            ? versions.find(tx, tenant, version.id()).isPresent()
            : !versions.insert(tx, version);
    if (taken) throw new Problem.AlreadyExists("API version", version.id()).exception();
    if (!copied.isEmpty() && !request.getDryRun()) {
      endpoints.copy(tx, tenant, copied, version.id(), version.createdAt());
    }

    var made = endpoints.ofVersion(tx, tenant, version.id());
    var next =
        made.isEmpty()
            ? Calls.createEndpoint(version.id(), "A version without endpoints serves nothing.")
            : Calls.activate(version.id(), "Nothing is served before the version is ACTIVE.");
    return CreateApiVersionResponse.newBuilder()
        .setApiVersion(version.toPb())
        .addAllEndpoints(made.stream().map(endpoint -> endpoint.toPb(publicUrl)).toList())
        .setOutcome(
            Outcome.of(
                request.getDryRun(),
                version.version(),
                caller,
                warnings(tx, destination),
                List.of(next)))
        .build();
  }

  private ApiVersion version(
      Tx tx, Destination destination, CreateApiVersionRequest request, boolean isProtected) {
    int number =
        request.getName().isEmpty()
            ? versions.nextNumber(tx, destination.tenant(), destination.id())
            : Integer.parseInt(request.getName().substring(1));
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return new ApiVersion(
        destination.tenant(),
        ApiVersion.id(destination.id(), number),
        destination.id(),
        number,
        request.getDescription(),
        ApiVersion.State.NEW,
        isProtected,
        1,
        now,
        now);
  }

  private List<String> warnings(Tx tx, Destination destination) {
    var warnings = new ArrayList<String>();
    var active = versions.activeOf(tx, destination.tenant(), destination.id());
    if (active.size() >= ApiVersion.ACTIVE_MAX) {
      warnings.add(
          "Three versions of "
              + destination.id()
              + " are active; one must be stopped before this one can be.");
    }
    return warnings;
  }
}
