package io.cardloom.ingest.source;

import io.cardloom.index.IndexedProperty;
import io.cardloom.ingest.value.Conversion;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A data source with its properties, as of the source's version.
public final class Schema {
  /// Most properties of one source: its index has a column for each, and for each change of a type.
  public static final int PROPERTIES_MAX = 1_000;

  /// Stands for the entry's key in filters and sorts, so no property may have it.
  public static final String KEY_NAME = "id";

  private final DataSource source;
  private final Map<String, SourceProperty> properties;
  private final Map<String, SourceProperty> byName;

  public Schema(DataSource source, Collection<SourceProperty> properties) {
    this.source = source;
    var byId = new TreeMap<String, SourceProperty>();
    properties.forEach(property -> byId.put(property.id(), property));
    this.properties = java.util.Collections.unmodifiableMap(byId);
    this.byName = new HashMap<>(byId);
  }

  public DataSource source() {
    return source;
  }

  public long version() {
    return source.version();
  }

  /// In order of ids.
  public Collection<SourceProperty> properties() {
    return properties.values();
  }

  /// The property of this id in any case, or null.
  public @Nullable SourceProperty property(String id) {
    SourceProperty exact = byName.get(id);
    return exact != null ? exact : byName.get(id.toLowerCase(Locale.ROOT));
  }

  public Collection<String> ids() {
    return properties.keySet();
  }

  public List<IndexedProperty> indexed() {
    return properties.values().stream().map(SourceProperty::indexed).toList();
  }

  /// How stored values of the properties that are being changed become what they are to be.
  public Map<String, Conversion> conversions() {
    var conversions = new HashMap<String, Conversion>();
    properties.values().stream()
        .filter(SourceProperty::updating)
        .forEach(property -> conversions.put(property.id(), conversion(property)));
    return conversions;
  }

  /// How a stored value becomes one of `property`.
  public Conversion conversion(SourceProperty property) {
    return new Conversion(
        property.type(), property.delimiter(), property.delimiterBefore(), source.languages());
  }
}
