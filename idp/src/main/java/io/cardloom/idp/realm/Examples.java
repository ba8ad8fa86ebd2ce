package io.cardloom.idp.realm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// The example workspaces and people of a local installation, from `examples.json`.
public final class Examples {
  private static final JsonNode FILE = AdminApi.JSON.readTree(RealmFile.resource("examples.json"));

  private Examples() {}

  /// An example person, with the words of the roles in each workspace.
  public record ExamplePerson(String username, String name, Map<String, List<String>> roles) {
    public ExamplePerson {
      roles = Map.copyOf(roles);
    }
  }

  /// All of them, in the order of the file.
  public static List<ExamplePerson> people() {
    var people = new ArrayList<ExamplePerson>();
    for (JsonNode one : FILE.path("people")) {
      var roles = new TreeMap<String, List<String>>();
      one.path("roles")
          .properties()
          .forEach(entry ->
              roles.put(
                  entry.getKey(),
                  StreamSupport.stream(entry.getValue().spliterator(), false)
                      .map(JsonNode::asString)
                      .toList()));
      people.add(
          new ExamplePerson(
              one.path("username").asString(),
              one.path("firstName").asString() + " " + one.path("lastName").asString(),
              roles));
    }
    return people;
  }

  /// Adds what is not there yet. What somebody changed since then stays.
  ///
  /// @param passwords by user name
  public static void addTo(KeycloakAdmin admin, Map<String, String> passwords) {
    for (JsonNode one : FILE.path("workspaces")) {
      admin.workspaces().create(one.path("workspace").asString(), one.path("name").asString());
    }
    for (JsonNode one : FILE.path("people")) {
      String username = one.path("username").asString();
      String password = passwords.get(username);
      if (password == null) throw new IllegalArgumentException("no password for " + username);
      boolean added =
          admin
              .people()
              .add(
                  new People.Person(
                      username,
                      username + "@cardloom.example",
                      one.path("firstName").asString(),
                      one.path("lastName").asString()),
                  password);
      if (!added) continue;
      one.path("roles")
          .properties()
          .forEach(entry ->
              admin
                  .people()
                  .setRoles(
                      username,
                      entry.getKey(),
                      Role.named(
                          StreamSupport.stream(entry.getValue().spliterator(), false)
                              .map(JsonNode::asString)
                              .toList())));
    }
  }
}
