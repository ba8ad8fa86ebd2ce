package io.cardloom.local.identity;

import io.cardloom.idp.realm.Examples;
import io.cardloom.idp.server.Secrets;
import io.cardloom.local.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Somebody who can sign in to the local stack, with the password that this installation made.
///
/// @param roles words of the roles in each workspace, as they were at first
public record ExamplePerson(
    String username, String name, Map<String, List<String>> roles, String password) {
  /// Who administers the example workspace.
  public static final String ADMIN = "alice";

  public ExamplePerson {
    roles = Map.copyOf(roles);
  }

  /// Everybody.
  ///
  /// @param identity folder of the identity provider, whether it runs or not
  public static List<ExamplePerson> all(Path identity) {
    try {
      var passwords = Secrets.of(identity).people();
      return Examples.people().stream()
          .map(one ->
              new ExamplePerson(
                  one.username(),
                  one.name(),
                  one.roles(),
                  passwords.getOrDefault(one.username(), "")))
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException("could not read the secrets in " + identity, failure);
    }
  }

  /// By user name, in any case. Refuses an unknown one and names all.
  public static ExamplePerson named(Path identity, String username) {
    checkName(username);
    return all(identity).stream()
        .filter(person -> person.username().equalsIgnoreCase(username))
        .findFirst()
        .orElseThrow();
  }

  /// Refuses a user name that no example person has, and names all.
  public static void checkName(String username) {
    var names = Examples.people().stream().map(Examples.ExamplePerson::username).toList();
    if (names.stream().noneMatch(username::equalsIgnoreCase)) {
      throw new Refusal(
          "There is no example person "
              + username
              + ". There are: "
              + String.join(", ", names)
              + ".");
    }
  }

  /// `admin of demo, viewer of second`.
  public String roleWords() {
    return roles.isEmpty()
        ? "in no workspace"
        : new TreeMap<>(roles)
            .entrySet().stream()
                .map(entry -> String.join(" and ", entry.getValue()) + " of " + entry.getKey())
                .collect(Collectors.joining(", "));
  }
}
