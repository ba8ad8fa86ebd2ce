package io.cardloom.cards.definition;

import io.cardloom.cards.definition.PlanCardDefinition.Plan;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Next;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.CreateCardDefinitionResponse;
import io.cardloom.proto.common.v1.WriteOutcome;
import io.cardloom.proto.common.v1.WriteStatus;

/// Creates a card definition in state DRAFT. Everything wrong with the request is told at once.
public final class CreateCardDefinition {
  private final Db db;
  private final DefinitionStore definitions;
  private final PlanCardDefinition plans;

  public CreateCardDefinition(Db db, DefinitionStore definitions, PlanCardDefinition plans) {
    this.db = db;
    this.definitions = definitions;
    this.plans = plans;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `Invalid` with every violation,
  ///   `AlreadyExists`, or `Unavailable` when svc-ingest does not answer
  public CreateCardDefinitionResponse run(Caller caller, CreateCardDefinitionRequest request) {
    Plan plan = plans.run(caller, request);
    CardDefinition definition = plan.definition();
    if (request.getDryRun()) {
      plan.refuseIfAny();
      return response(caller, definition, WriteStatus.WRITE_STATUS_VALIDATED);
    }
    return Idempotency.run(
        db,
        caller,
        PlanCardDefinition.CREATE,
        request.getIdempotencyKey(),
        request,
        CreateCardDefinitionResponse.parser(),
        tx -> {
          // In here, since a repeat gets the first answer whatever is in its way by now: at the
          // least its own id.
          plan.refuseIfAny();
          if (definitions.exists(tx, definition.id())) {
            throw PlanCardDefinition.taken(definition.id());
          }
          definitions.insert(tx, definition);
          return response(caller, definition, WriteStatus.WRITE_STATUS_APPLIED);
        });
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
