package io.cardloom.idp.realm;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// What a person is in one workspace: a group of the organization, by its word.
public enum Role {
  VIEWER,
  EDITOR,
  MODELER,
  PUBLISHER,
  ADMIN;

  /// As tokens and groups name it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Role::word).toList();
  }

  /// By their words. Throws `IllegalArgumentException` that names all.
  public static Set<Role> named(Collection<String> words) {
    var roles = EnumSet.noneOf(Role.class);
    for (String word : words) {
      roles.add(
          Arrays.stream(values())
              .filter(role -> role.word().equals(word))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "There is no role "
                          + word
                          + ". There are: "
                          + words().stream().collect(Collectors.joining(", ")))));
    }
    return roles;
  }
}
