package io.cardloom.local.demo;

import io.cardloom.local.catalogue.ShippedSource;
import io.cardloom.local.catalogue.SourceSchema;
import io.cardloom.local.mcp.McpClient;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes sources, card definitions and endpoints in one workspace, as an agent would.
public final class Configuration {
  /// Most properties that one call takes.
  private static final int PROPERTIES_MAX = 200;

  private static final Duration ACTIVE_WAIT = Duration.ofMinutes(30);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final McpClient mcp;

  public Configuration(McpClient mcp) {
    this.mcp = mcp;
  }

  /// A source with all its properties.
  public void source(ShippedSource source) {
    var parts = SourceSchema.inputs(source.kinds(), PROPERTIES_MAX);
    var create =
        NODES
            .objectNode()
            .put("id", source.id())
            .put("name", source.name())
            .put("description", source.description());
    source.languages().forEach(create.putArray("languages")::add);
    source.relatedSourceIds().forEach(create.putArray("relatedSourceIds")::add);
    create.putArray("properties").addAll(parts.getFirst());
    mcp.call("create_data_source", create);
    for (var part : parts.subList(1, parts.size())) {
      var more = NODES.objectNode().put("sourceId", source.id());
      more.putArray("properties").addAll(part);
      mcp.call("upsert_data_source_properties", more);
    }
  }

  /// A draft of a card definition.
  ///
  /// @param properties by source, those that become card properties; none for all of them
  public void definition(
      String id, String name, String title, Map<String, ? extends Collection<String>> properties) {
    var create =
        NODES.objectNode().put("name", name).put("identifier", id).put("titleProperty", title);
    var sources = create.putArray("sourceIds");
    properties.keySet().forEach(sources::add);
    if (properties.values().stream().anyMatch(some -> !some.isEmpty())) {
      var taken = create.putArray("properties");
      properties.forEach((source, ids) ->
          ids.forEach(
              property -> taken.addObject().put("sourceId", source).put("propertyId", property)));
    }
    mcp.call("create_card_definition", create);
  }

  /// Starts the building of cards.
  public void activate(String definition) {
    mcp.call("activate_card_definition", NODES.objectNode().put("cardDefinitionId", definition));
  }

  /// Returns when all cards of the entries there are have been built.
  public void awaitActive(String definition) {
    Wait.until(definition, ACTIVE_WAIT, 50, () -> state(definition).equalsIgnoreCase("active"));
  }

  private String state(String definition) {
    var graph =
        mcp.call(
            "list_configuration",
            NODES.objectNode().set("kinds", NODES.arrayNode().add("card_definition")));
    for (var node : graph.path("nodes")) {
      if (node.path("id").asString().equals(definition)) {
        return node.path("status").asString("");
      }
    }
    return "";
  }

  /// A destination with an API version that is not served yet. Returns the version's id.
  public String destination(String id, String name, List<String> languages) {
    var destination =
        NODES
            .objectNode()
            .put("identifier", id)
            .put("name", name)
            .put("defaultLanguage", languages.getFirst());
    languages.forEach(destination.putArray("languages")::add);
    mcp.call("create_destination", destination);
    return mcp.call("create_api_version", NODES.objectNode().put("destinationId", id))
        .path("apiVersion")
        .path("id")
        .asString();
  }

  /// An endpoint with all properties of the cards.
  ///
  /// @param facets header of each, by property
  public void endpoint(
      String version, String path, String name, String definition, Map<String, String> facets) {
    ObjectNode endpoint =
        NODES
            .objectNode()
            .put("apiVersionId", version)
            .put("path", path)
            .put("name", name)
            .put("cardDefinitionId", definition);
    var list = endpoint.putArray("facets");
    facets.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(facet ->
            list.addObject()
                .put("property", facet.getKey())
                .put("size", 10)
                .putObject("header")
                .put("en", facet.getValue()));
    mcp.call("create_endpoint", endpoint);
  }

  /// Serves it, and what changes from then on.
  public void publish(String version) {
    mcp.call(
        "update_api_version",
        NODES.objectNode().put("apiVersionId", version).put("state", "active"));
  }
}
