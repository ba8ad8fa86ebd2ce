package io.cardloom.publishing.selection;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cardloom.index.IndexedProperty;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.publishing.v1.Endpoint;
import io.cardloom.proto.publishing.v1.EndpointFacet;
import io.cardloom.proto.publishing.v1.EndpointProperty;
import java.util.List;
import java.util.Optional;

/// What an endpoint takes from its cards. Fixed once the endpoint is made: a later change of the
/// card definition does not change what is published.
///
/// @param name label for people
/// @param properties card property, name in the endpoint, type; names are distinct
/// @param facets offered without being asked for, by names in the endpoint
/// @param conditions over card properties; a card must match all to be served
public record Selection(
    String name,
    List<EndpointProperty> properties,
    List<EndpointFacet> facets,
    List<Filter> conditions) {

  /// Name of the key in every row, and in filters and sorts.
  public static final String KEY = "id";

  public Selection {
    properties = List.copyOf(properties);
    facets = List.copyOf(facets);
    conditions = List.copyOf(conditions);
  }

  /// Whether values of this type are worth counting: moments in time hardly repeat.
  public static boolean facetable(PropertyType type) {
    return type != PropertyType.PROPERTY_TYPE_TIMESTAMP;
  }

  /// The type of a property by its name in the endpoint; the key is a text.
  public Optional<PropertyType> type(String name) {
    if (name.equals(KEY)) return Optional.of(PropertyType.PROPERTY_TYPE_TEXT);
    for (EndpointProperty property : properties) {
      if (property.getAs().equals(name)) return Optional.of(property.getType());
    }
    return Optional.empty();
  }

  /// Names in the endpoint, the key first.
  public List<String> names() {
    var names = new java.util.ArrayList<String>(properties.size() + 1);
    names.add(KEY);
    for (EndpointProperty property : properties) names.add(property.getAs());
    return names;
  }

  /// The facet setting of a property, if it has one.
  public Optional<EndpointFacet> facet(String name) {
    return facets.stream().filter(facet -> facet.getProperty().equals(name)).findFirst();
  }

  /// Whether any property has a value per language.
  public boolean localized() {
    return indexed().stream().anyMatch(IndexedProperty::localized);
  }

  /// The properties as the index knows them.
  public List<IndexedProperty> indexed() {
    return properties.stream()
        .map(property -> new IndexedProperty(property.getAs(), property.getType()))
        .toList();
  }

  /// An endpoint of which all else is still to be told.
  public Endpoint.Builder toPb() {
    return Endpoint.newBuilder()
        .setName(name)
        .addAllProperties(properties)
        .addAllFacets(facets)
        .addAllConditions(conditions);
  }

  /// Reads what [#toPb] wrote.
  public static Selection parse(byte[] stored) {
    try {
      Endpoint pb = Endpoint.parseFrom(stored);
      return new Selection(
          pb.getName(), pb.getPropertiesList(), pb.getFacetsList(), pb.getConditionsList());
    } catch (InvalidProtocolBufferException failure) {
      throw new IllegalStateException("a stored selection is not readable", failure);
    }
  }
}
