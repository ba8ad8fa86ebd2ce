package io.cardloom.idp.realm;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The people of the realm and what they are in each workspace. Machines are members like people.
public final class People {
  private final AdminApi api;
  private final Workspaces workspaces;

  People(AdminApi api, Workspaces workspaces) {
    this.api = api;
    this.workspaces = workspaces;
  }

  /// Somebody who signs in with a password.
  public record Person(String username, String email, String firstName, String lastName) {}

  /// A member of a workspace; a machine's user name begins with `service-account-`.
  public record Member(String username, String name, Set<Role> roles) {}

  /// Adds somebody. A person who is there already is left alone, the password too; returns whether
  /// it is a new one.
  public boolean add(Person person, String password) {
    if (user(person.username()).isPresent()) return false;
    ObjectNode user = AdminApi.JSON.createObjectNode();
    user.put("username", person.username())
        .put("email", person.email())
        .put("emailVerified", true)
        .put("firstName", person.firstName())
        .put("lastName", person.lastName())
        .put("enabled", true);
    user.putArray("credentials")
        .addObject()
        .put("type", "password")
        .put("value", password)
        .put("temporary", false);
    api.post("/users", user);
    return true;
  }

  /// Makes somebody a member with exactly these roles.
  public void setRoles(String username, String workspace, Set<Role> roles) {
    setRolesOf(userId(username), workspace, roles);
  }

  void setRolesOf(String user, String workspace, Set<Role> roles) {
    String organization = "/organizations/" + workspaces.id(workspace);
    if (api.find(organization + "/members/" + user).isEmpty()) {
      api.post(organization + "/members", AdminApi.JSON.getNodeFactory().stringNode(user));
    }
    Set<Role> present = roles(organization, user);
    Map<String, String> groups = workspaces.groups(workspaces.id(workspace));
    for (Role role : Role.values()) {
      String path = organization + "/groups/" + groups.get(role.word()) + "/members/" + user;
      if (roles.contains(role) && !present.contains(role)) api.put(path, null);
      if (!roles.contains(role) && present.contains(role)) api.delete(path);
    }
  }

  /// Ends the membership. The person stays in the realm.
  public void remove(String username, String workspace) {
    String path = "/organizations/" + workspaces.id(workspace) + "/members/" + userId(username);
    if (api.find(path).isPresent()) api.delete(path);
  }

  /// Everybody in a workspace, by user name.
  public List<Member> members(String workspace) {
    String organization = "/organizations/" + workspaces.id(workspace);
    var members = new TreeMap<String, Member>();
    for (JsonNode user : api.list(organization + "/members")) {
      String username = user.path("username").asString();
      String name = user.path("firstName").asString("") + " " + user.path("lastName").asString("");
      members.put(
          username,
          new Member(username, name.strip(), roles(organization, user.path("id").asString())));
    }
    return members.values().stream().sorted(Comparator.comparing(Member::username)).toList();
  }

  private Set<Role> roles(String organization, String user) {
    JsonNode groups = api.get(organization + "/members/" + user + "/groups?max=100");
    return Role.named(
        StreamSupport.stream(groups.spliterator(), false)
            .map(one -> one.path("name").asString())
            .filter(Role.words()::contains)
            .toList());
  }

  private String userId(String username) {
    return user(username)
        .orElseThrow(() -> new IllegalArgumentException("There is no person " + username))
        .path("id")
        .asString();
  }

  private Optional<JsonNode> user(String username) {
    JsonNode found = api.get("/users?exact=true&username=" + AdminApi.encode(username));
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }
}
