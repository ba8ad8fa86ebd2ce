package io.cardloom.publishing.write;

import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/// The tool calls that answers of this service lead on to. Ids are of `[A-Za-z0-9_.-]`: nothing to
/// escape in them.
public final class Calls {
  private static final JsonStringEncoder JSON = JsonStringEncoder.getInstance();

  private Calls() {}

  /// The calls that lead out of a problem of this service.
  public static List<Next> of(Problem problem) {
    return switch (problem) {
      case Problem.NotFound(_, _, _, var next) -> next;
      case Problem.WrongState(_, _, _, _, var next) -> next;
      default -> List.of();
    };
  }

  /// A new version; `copyFrom` may be empty.
  public static Next createApiVersion(String destinationId, String copyFrom, String why) {
    String copy = copyFrom.isEmpty() ? "" : ",\"copyFrom\":\"" + copyFrom + "\"";
    return new Next(
        "create_api_version", "{\"destinationId\":\"" + destinationId + "\"" + copy + "}", why);
  }

  /// To publish a version.
  public static Next activate(String apiVersionId, String why) {
    return new Next(
        "update_api_version",
        "{\"apiVersionId\":\"" + apiVersionId + "\",\"state\":\"ACTIVE\"}",
        why);
  }

  /// To end a version, with the yes that it asks for.
  ///
  /// @param description as the caller gave it; null leaves it out
  /// @param expectedVersion as the caller gave it; 0 leaves it out
  public static Next stop(
      String apiVersionId, @Nullable String description, long expectedVersion, String why) {
    return update(apiVersionId, "\"state\":\"STOPPED\"", description, expectedVersion, why);
  }

  /// To protect a version, or open it to all, with the yes that it asks for; the rest as of
  /// [#stop].
  public static Next setProtected(
      String apiVersionId,
      boolean isProtected,
      @Nullable String description,
      long expectedVersion,
      String why) {
    return update(apiVersionId, "\"protected\":" + isProtected, description, expectedVersion, why);
  }

  private static Next update(
      String apiVersionId,
      String change,
      @Nullable String description,
      long expectedVersion,
      String why) {
    String expected = expectedVersion == 0 ? "" : ",\"expectedVersion\":" + expectedVersion;
    String described =
        description == null
            ? ""
            : ",\"description\":\"" + new String(JSON.quoteAsCharArray(description)) + "\"";
    return new Next(
        "update_api_version",
        "{\"apiVersionId\":\""
            + apiVersionId
            + "\","
            + change
            + ",\"confirm\":true"
            + described
            + expected
            + "}",
        why);
  }

  public static Next listApplications(String why) {
    return new Next("list_applications", "{\"api\":\"DESTINATION\"}", why);
  }

  public static Next activateDefinition(String cardDefinitionId, String why) {
    return new Next(
        "activate_card_definition", "{\"cardDefinitionId\":\"" + cardDefinitionId + "\"}", why);
  }

  public static Next createEndpoint(String apiVersionId, String why) {
    return new Next("create_endpoint", "{\"apiVersionId\":\"" + apiVersionId + "\"}", why);
  }

  public static Next search(String destinationId, String endpoint, String apiVersion, String why) {
    return new Next(
        "search_destination_data",
        "{\"destinationId\":\""
            + destinationId
            + "\",\"endpoint\":\""
            + endpoint
            + "\",\"apiVersion\":\""
            + apiVersion
            + "\"}",
        why);
  }

  public static Next listConfiguration(String why) {
    return new Next("list_configuration", "{}", why);
  }
}
