package io.cardloom.cards.definition;

import io.cardloom.cards.definition.PlanCardDefinition.Plan;
import io.cardloom.kit.call.Caller;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.DraftCardDefinitionResponse;

/// Tells what creating a card definition would come to, and what is in its way. Stores nothing.
public final class DraftCardDefinition {
  private final PlanCardDefinition plans;

  public DraftCardDefinition(PlanCardDefinition plans) {
    this.plans = plans;
  }

  DraftCardDefinitionResponse run(Caller caller, CreateCardDefinitionRequest request) {
    Plan plan = plans.run(caller, request);
    var draft = plan.draft();
    return DraftCardDefinitionResponse.newBuilder()
        .setDraft(plan.request())
        .addAllDefaultsApplied(draft.defaultsPb())
        .addAllProblems(draft.problemsPb())
        .setSubmit(draft.submit(PlanCardDefinition.CREATE, would(plan.definition())))
        .build();
  }

  private static String would(CardDefinition definition) {
    int properties = definition.properties().size();
    return "It would create the card definition "
        + definition.id().id()
        + " in state DRAFT, with "
        + (properties == 1 ? "1 property" : properties + " properties")
        + " of "
        + String.join(", ", definition.sources())
        + ".";
  }
}
