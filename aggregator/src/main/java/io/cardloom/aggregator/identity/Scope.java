package io.cardloom.aggregator.identity;

import static io.cardloom.proto.Permission.ADMIN;
import static io.cardloom.proto.Permission.CONFIG_READ;
import static io.cardloom.proto.Permission.CONFIG_WRITE;
import static io.cardloom.proto.Permission.DATA_READ;
import static io.cardloom.proto.Permission.DATA_WRITE;
import static io.cardloom.proto.Permission.MEMBER;
import static io.cardloom.proto.Permission.PUBLISH;

import io.cardloom.proto.Permission;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a person let a client do. Narrows a role, never widens it.
public enum Scope {
  READ(MEMBER, CONFIG_READ, DATA_READ),
  WRITE(DATA_WRITE, CONFIG_WRITE, ADMIN),
  PUBLISHING(PUBLISH);

  private final Set<Permission> permissions;

  Scope(Permission first, Permission... more) {
    permissions = EnumSet.of(first, more);
  }

  /// The scope as tokens and challenges name it.
  public String word() {
    return "cardloom:" + (this == PUBLISHING ? "publish" : name().toLowerCase(Locale.ROOT));
  }

  /// All scopes, the smallest first.
  public static List<String> words() {
    return Arrays.stream(values()).map(Scope::word).toList();
  }

  /// What the named scopes let through together; a name that is no scope of ours lets nothing
  /// through.
  static Set<Permission> permissions(Collection<String> words) {
    var granted = EnumSet.noneOf(Permission.class);
    for (var scope : values()) {
      if (words.contains(scope.word())) granted.addAll(scope.permissions);
    }
    return granted;
  }

  /// The scopes to ask for so that `permission` is let through too: those held already and the one
  /// that has it.
  public static String enough(Permission permission, Collection<String> held) {
    return Arrays.stream(values())
        .flatMap(scope ->
            held.contains(scope.word()) || scope.permissions.contains(permission)
                ? Stream.of(scope.word())
                : Stream.empty())
        .collect(Collectors.joining(" "));
  }
}
