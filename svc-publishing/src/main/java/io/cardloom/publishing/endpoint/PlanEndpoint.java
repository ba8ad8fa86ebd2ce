package io.cardloom.publishing.endpoint;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Draft;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.publishing.apiversion.ApiVersion;
import io.cardloom.publishing.apiversion.ApiVersionStore;
import io.cardloom.publishing.destination.Destination;
import io.cardloom.publishing.destination.DestinationStore;
import io.cardloom.publishing.selection.Selection;
import io.cardloom.publishing.selection.SelectionCheck;
import io.cardloom.publishing.write.Calls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What a request to create an endpoint comes to: every default filled in, every rule checked. One
/// for the create and for its draft, so that what is drafted is what is created.
public final class PlanEndpoint {
  private static final String VERSION = "apiVersionId";
  private static final String PATH = "path";
  private static final String DEFINITION = "cardDefinitionId";

  /// Values of a facet where its size is not given.
  private static final int FACET_SIZE = 10;

  private final Db db;
  private final DestinationStore destinations;
  private final ApiVersionStore versions;
  private final EndpointStore endpoints;
  private final Cards cards;

  public PlanEndpoint(
      Db db,
      DestinationStore destinations,
      ApiVersionStore versions,
      EndpointStore endpoints,
      Cards cards) {
    this.db = db;
    this.destinations = destinations;
    this.versions = versions;
    this.endpoints = endpoints;
    this.cards = cards;
  }

  /// @param draft defaults and problems found
  /// @param request the arguments with the defaults in them; what has a problem is as it came
  /// @param destination that would serve it, where there is one
  /// @param selection what it would serve, where the card definition is there; good only without
  ///   problems of properties, facets and conditions
  /// @param refusals problems of the draft that are more than a broken rule, as they were thrown
  record Plan(
      Draft draft,
      CreateEndpointRequest request,
      Optional<Destination> destination,
      Optional<Selection> selection,
      List<ProblemException> refusals) {

    /// @throws ProblemException a single refusal as it was thrown, else `Invalid` with every
    ///   problem
    void refuseIfAny() {
      if (draft.good()) return;
      if (draft.problems().size() == 1 && !refusals.isEmpty()) throw refusals.getFirst();
      var next = refusals.stream().flatMap(one -> Calls.of(one.problem()).stream()).toList();
      throw new Problem.Invalid(draft.problems(), next).exception();
    }
  }

  /// What the own tables say of a request.
  private record Address(ApiVersion version, Destination destination, boolean taken) {}

  /// Asks svc-cards, so it is called outside of a transaction. That svc-cards does not answer is a
  /// problem of the plan.
  Plan run(Caller caller, CreateEndpointRequest request) {
    return new Planning(caller, request).plan();
  }

  /// One request being planned.
  private final class Planning {
    private final Caller caller;
    private final CreateEndpointRequest request;
    private final Draft draft;
    private final List<ProblemException> refusals = new ArrayList<>();

    Planning(Caller caller, CreateEndpointRequest request) {
      this.caller = caller;
      this.request = request;
      this.draft = Draft.of(request);
    }

    Plan plan() {
      Optional<Destination> destination = destination();
      Optional<CardDefinition> definition = definition();
      CreateEndpointRequest.Builder full = defaults();
      Optional<Selection> selection =
          definition.map(known -> {
            var languages = destination.map(Destination::languages).orElse(List.of());
            var checked = new SelectionCheck(known, languages, draft).of(full.build());
            full.clearProperties().addAllProperties(checked.inputs());
            return checked.selection();
          });
      return new Plan(draft, full.build(), destination, selection, refusals);
    }

    private Optional<Destination> destination() {
      if (draft.broken(VERSION)) return Optional.empty();
      var address =
          tried(VERSION, () -> db.inTx(caller.tenant(), tx -> address(tx, caller, request)));
      if (address.isEmpty()) return Optional.empty();
      ApiVersion version = address.get().version();
      tried(VERSION, () -> needNew(version));
      if (address.get().taken()) {
        tried(
            PATH,
            () -> {
              throw taken(version.id() + "." + request.getPath());
            });
      }
      return Optional.of(address.get().destination());
    }

    private Optional<CardDefinition> definition() {
      if (draft.broken(DEFINITION)) return Optional.empty();
      String id = request.getCardDefinitionId();
      try {
        CardDefinition definition = cards.definition(caller, id);
        tried(DEFINITION, () -> needActive(definition));
        return Optional.of(definition);
      } catch (ProblemException refused) {
        Problem problem = refused.problem();
        if (problem.code().equals("unavailable")) {
          draft.problem(
              Violation.of(
                  DEFINITION,
                  problem.code(),
                  "The card definition cannot be checked: " + problem.message()));
        } else if (problem instanceof Problem.Told told && told.code().equals("not_found")) {
          String near = told.detail().getFactsOrDefault("didYouMean", "");
          draft.problem(
              new Violation(DEFINITION, told.code(), told.message(), id, List.of(), near));
        } else {
          throw refused;
        }
        refusals.add(refused);
        return Optional.empty();
      }
    }

    /// The request with the defaults that need no card definition.
    private CreateEndpointRequest.Builder defaults() {
      var full = request.toBuilder().clearDryRun();
      if (request.getName().isEmpty() && !draft.broken(PATH)) {
        full.setName(request.getPath());
        draft.filled("name", request.getPath(), "It is the path.");
      }
      if (draft.broken("facets")) return full;
      for (int i = 0; i < request.getFacetsCount(); i++) {
        if (request.getFacets(i).getSize() != 0) continue;
        full.getFacetsBuilder(i).setSize(FACET_SIZE);
        draft.filled("facets[" + i + "].size", FACET_SIZE, "A facet lists that many values.");
      }
      return full;
    }

    /// As [Draft#tried], and keeps what was thrown.
    private <T> Optional<T> tried(String path, Supplier<T> rule) {
      return draft.tried(
          path,
          () -> {
            try {
              return rule.get();
            } catch (ProblemException refused) {
              refusals.add(refused);
              throw refused;
            }
          });
    }
  }

  private Address address(Tx tx, Caller caller, CreateEndpointRequest request) {
    String tenant = caller.tenant();
    ApiVersion version = versions.need(tx, tenant, request.getApiVersionId());
    String id = version.id() + "." + request.getPath();
    return new Address(
        version,
        destinations.need(tx, tenant, version.destinationId()),
        endpoints.find(tx, tenant, id).isPresent());
  }

  static ProblemException taken(String endpointId) {
    return new Problem.AlreadyExists("endpoint", endpointId).exception();
  }

  /// @throws ProblemException `WrongState`
  static ApiVersion needNew(ApiVersion version) {
    if (version.state() == ApiVersion.State.NEW) return version;
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

  private static CardDefinition needActive(CardDefinition definition) {
    if (definition.getState() == CardDefinitionState.CARD_DEFINITION_STATE_ACTIVE) {
      return definition;
    }
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
