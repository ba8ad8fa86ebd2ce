package io.cardloom.idp.realm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The workspaces of the realm: an organization each, with a group for every role.
public final class Workspaces {
  private static final Pattern SAFENAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private final AdminApi api;

  Workspaces(AdminApi api) {
    this.api = api;
  }

  /// One workspace. An archived one keeps its members; no token is issued for it any more.
  ///
  /// @param safename as in URLs and tokens; never changes
  /// @param name for people
  public record Workspace(String safename, String name, boolean archived) {}

  /// Every workspace, archived ones too, by safename.
  public List<Workspace> list() {
    return organizations().stream()
        .map(Workspaces::workspace)
        .sorted((one, other) -> one.safename().compareTo(other.safename()))
        .toList();
  }

  /// The workspace with this safename, archived or not.
  public Optional<Workspace> find(String safename) {
    return organization(safename).map(Workspaces::workspace);
  }

  /// Makes a workspace, or completes one that a broken run began. One that is archived stays so.
  public Workspace create(String safename, String name) {
    if (!SAFENAME.matcher(safename).matches()) {
      throw new IllegalArgumentException(
          "A workspace is named by 1 to 63 of a-z, 0-9 and -, with no - at either end, not by "
              + safename);
    }
    if (organization(safename).isEmpty()) {
      ObjectNode organization = AdminApi.JSON.createObjectNode();
      organization.put("name", name).put("alias", safename).put("enabled", true);
      api.post("/organizations", organization);
    }
    String id = id(safename);
    var groups = groups(id);
    for (String role : Role.words()) {
      if (!groups.containsKey(role)) {
        api.post(
            "/organizations/" + id + "/groups", AdminApi.JSON.createObjectNode().put("name", role));
      }
    }
    return workspace(require(safename));
  }

  /// Ends every access to it: from the next token on, nobody has it.
  public void archive(String safename) {
    enable(safename, false);
  }

  /// Takes it back from the archive, with the members it had.
  public void reopen(String safename) {
    enable(safename, true);
  }

  private void enable(String safename, boolean enabled) {
    ObjectNode organization = ((ObjectNode) require(safename)).deepCopy();
    organization.put("enabled", enabled);
    api.put("/organizations/" + organization.path("id").asString(), organization);
  }

  String id(String safename) {
    return require(safename).path("id").asString();
  }

  /// Ids of an organization's groups by name.
  Map<String, String> groups(String organization) {
    return StreamSupport.stream(
            api.get("/organizations/" + organization + "/groups?max=100").spliterator(), false)
        .collect(
            Collectors.toMap(one -> one.path("name").asString(), one -> one.path("id").asString()));
  }

  private JsonNode require(String safename) {
    return organization(safename)
        .orElseThrow(() -> new IllegalArgumentException("There is no workspace " + safename));
  }

  private Optional<JsonNode> organization(String safename) {
    return organizations().stream()
        .filter(one -> one.path("alias").asString().equals(safename))
        .findFirst();
  }

  private List<JsonNode> organizations() {
    return api.list("/organizations?briefRepresentation=false");
  }

  private static Workspace workspace(JsonNode organization) {
    return new Workspace(
        organization.path("alias").asString(),
        organization.path("name").asString(),
        !organization.path("enabled").asBoolean());
  }
}
