package io.cardloom.local.identity;

import io.cardloom.local.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The example people of the local stack, one for each role.
public enum Person {
  ANNA("Anna Admin", "admin"),
  PETRA("Petra Publisher", "publisher"),
  MILO("Milo Modeler", "modeler"),
  EDDA("Edda Editor", "editor"),
  VIGGO("Viggo Viewer", "viewer");

  private final String fullName;
  private final String role;

  Person(String fullName, String role) {
    this.fullName = fullName;
    this.role = role;
  }

  public String subject() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String fullName() {
    return fullName;
  }

  public List<String> roles() {
    return List.of(role);
  }

  /// By name, in any case. Refuses an unknown one and names all.
  public static Person named(String name) {
    return Arrays.stream(values())
        .filter(person -> person.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() ->
            new Refusal(
                "There is no example person " + name + ". There are: " + everybody() + "."));
  }

  /// `anna (admin), ...`.
  public static String everybody() {
    return Arrays.stream(values())
        .map(person -> person.subject() + " (" + person.role + ")")
        .collect(Collectors.joining(", "));
  }
}
