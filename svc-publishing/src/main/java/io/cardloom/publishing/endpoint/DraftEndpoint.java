package io.cardloom.publishing.endpoint;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.Permission;
import io.cardloom.proto.common.v1.DraftPreview;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.DraftEndpointResponse;
import io.cardloom.publishing.endpoint.PlanEndpoint.Plan;
import java.util.List;

/// Tells what creating an endpoint would come to, what is in its way, and what it would serve now.
/// Stores nothing.
public final class DraftEndpoint {
  /// Problems of these keep a preview from being made.
  private static final List<String> SELECTED = List.of("properties", "conditions");

  private final PlanEndpoint plans;
  private final PreviewRows previews;

  public DraftEndpoint(PlanEndpoint plans, PreviewRows previews) {
    this.plans = plans;
    this.previews = previews;
  }

  public DraftEndpointResponse run(Caller caller, CreateEndpointRequest request) {
    Plan plan = plans.run(caller, request);
    var draft = plan.draft();
    var response =
        DraftEndpointResponse.newBuilder()
            .setDraft(plan.request())
            .addAllDefaultsApplied(draft.defaultsPb())
            .addAllProblems(draft.problemsPb());
    String would =
        "It would create the endpoint "
            + request.getPath()
            + " of "
            + request.getApiVersionId()
            + ", served once the version is ACTIVE.";
    if (previewable(caller, plan)) {
      try {
        DraftPreview preview = preview(caller, plan);
        response.setPreview(preview);
        would += " Cards that it would serve now: " + preview.getCount() + ".";
      } catch (ProblemException failure) {
        would += " There is no preview: " + failure.problem().message();
      }
    }
    return response.setSubmit(draft.submit("create_endpoint", would)).build();
  }

  private static boolean previewable(Caller caller, Plan plan) {
    return caller.permissions().contains(Permission.DATA_READ)
        && plan.destination().isPresent()
        && plan.selection().isPresent()
        && plan.draft().problems().stream()
            .map(Violation::path)
            .noneMatch(path -> SELECTED.stream().anyMatch(path::startsWith));
  }

  private DraftPreview preview(Caller caller, Plan plan) {
    return previews.run(
        caller,
        plan.request().getCardDefinitionId(),
        plan.selection().orElseThrow(),
        plan.destination().orElseThrow().defaultLanguage());
  }
}
