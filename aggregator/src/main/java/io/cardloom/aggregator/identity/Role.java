package io.cardloom.aggregator.identity;

import static io.cardloom.proto.Permission.ADMIN;
import static io.cardloom.proto.Permission.CONFIG_READ;
import static io.cardloom.proto.Permission.CONFIG_WRITE;
import static io.cardloom.proto.Permission.DATA_READ;
import static io.cardloom.proto.Permission.DATA_WRITE;
import static io.cardloom.proto.Permission.MEMBER;
import static io.cardloom.proto.Permission.PUBLISH;

import io.cardloom.proto.Permission;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// What a person may do in a workspace. No role has SERVICE: that is for Cardloom's own services.
public enum Role {
  VIEWER(MEMBER, CONFIG_READ, DATA_READ),
  EDITOR(MEMBER, CONFIG_READ, DATA_READ, DATA_WRITE),
  MODELER(MEMBER, CONFIG_READ, DATA_READ, DATA_WRITE, CONFIG_WRITE),
  PUBLISHER(MEMBER, CONFIG_READ, DATA_READ, PUBLISH),
  ADMINISTRATOR(MEMBER, CONFIG_READ, DATA_READ, DATA_WRITE, CONFIG_WRITE, PUBLISH, ADMIN);

  private final Set<Permission> permissions;

  Role(Permission first, Permission... more) {
    permissions = EnumSet.of(first, more);
  }

  /// The role as tokens name it.
  public String word() {
    return this == ADMINISTRATOR ? "admin" : name().toLowerCase(Locale.ROOT);
  }

  /// What the named roles grant together; a name that is no role grants nothing.
  static Set<Permission> permissions(Collection<String> words) {
    var granted = EnumSet.noneOf(Permission.class);
    for (var role : values()) {
      if (words.contains(role.word())) granted.addAll(role.permissions);
    }
    return granted;
  }
}
