package io.cardloom.aggregator.catalogue;

import io.cardloom.aggregator.catalogue.ToolJson.Form;
import io.cardloom.aggregator.codec.RawUtf8;
import io.cardloom.proto.Permission;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What each kind of caller gets to see of the catalogue, made once and kept as bytes. A caller
/// sees what it may call and nothing else; roles and scopes allow only a few dozen different sets.
public final class ToolLists {
  private record Key(Set<Permission> permissions, Form form) {}

  private final Catalogue catalogue;
  private final Map<Key, RawUtf8> made = new ConcurrentHashMap<>();

  public ToolLists(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /// A JSON array of definitions, sorted by name.
  public RawUtf8 of(Set<Permission> permissions, Form form) {
    return made.computeIfAbsent(new Key(permissions, form), this::make);
  }

  private RawUtf8 make(Key key) {
    var visible =
        catalogue.tools().stream()
            .filter(tool -> key.permissions().contains(tool.permission()))
            .toList();
    return RawUtf8.of(ToolJson.list(visible, key.form()).getBytes(StandardCharsets.UTF_8));
  }
}
