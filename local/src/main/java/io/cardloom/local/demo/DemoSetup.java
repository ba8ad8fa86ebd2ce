package io.cardloom.local.demo;

import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.catalogue.ShippedSource;
import io.cardloom.local.catalogue.SourceSchema;
import io.cardloom.local.mcp.McpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes the configuration of the demo, as an agent would: sources, card definitions, a destination
/// with one endpoint and its facets.
public final class DemoSetup {
  static final String PRODUCT = "product";
  static final String LISTING = "listing";
  static final String CATEGORY = "category";
  static final String DESTINATION = "shop";
  static final String ENDPOINT = "products";

  /// Most properties that one call takes.
  private static final int PROPERTIES_MAX = 200;

  private static final Duration ACTIVE_WAIT = Duration.ofSeconds(60);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /// What a shop shows of a product; the other properties stay searchable as entries.
  private static final List<String> PRODUCT_PROPERTIES =
      List.of(
          "category",
          "name",
          "manufacturer",
          "series",
          "variant",
          "part_numbers",
          "release_year",
          "specs_color",
          "specs_socket",
          "specs_cpu_sockets",
          "specs_form_factor",
          "specs_supported_motherboard_form_factors",
          "specs_chipset",
          "specs_chipset_manufacturer",
          "specs_capacity",
          "specs_interface",
          "specs_memory",
          "specs_memory_type",
          "specs_memory_ram_type",
          "specs_ram_type",
          "specs_speed",
          "specs_tdp",
          "specs_length",
          "specs_size",
          "specs_screen_size",
          "specs_refresh_rate",
          "specs_wattage",
          "specs_efficiency_rating",
          "specs_rgb");

  private static final List<String> OFFER_PROPERTIES = List.of("price", "stock", "in_stock");

  private static final Map<String, String> FACETS =
      Map.of(
          "category", "Category",
          "manufacturer", "Manufacturer",
          "series", "Series",
          "specs_color", "Colour",
          "specs_form_factor", "Form factor",
          "in_stock", "In stock");

  private final McpClient mcp;
  private final ShippedCatalogue catalogue;

  public DemoSetup(McpClient mcp, ShippedCatalogue catalogue) {
    this.mcp = mcp;
    this.catalogue = catalogue;
  }

  /// Makes all of it, and returns when the definitions are active and the endpoint is served.
  public void run() {
    catalogue.sources().forEach(this::source);
    productDefinition();
    definition(LISTING, "Listing", ShippedCatalogue.LISTINGS, "listing_id");
    definition(CATEGORY, "Category", ShippedCatalogue.CATEGORIES, "label");
    for (var definition : List.of(PRODUCT, LISTING, CATEGORY)) {
      mcp.call("activate_card_definition", NODES.objectNode().put("cardDefinitionId", definition));
    }
    for (var definition : List.of(PRODUCT, LISTING, CATEGORY)) {
      awaitActive(definition);
    }
    destination();
  }

  private void source(ShippedSource source) {
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

  private void productDefinition() {
    var kinds = catalogue.source(ShippedCatalogue.PRODUCTS).kinds();
    var create =
        NODES
            .objectNode()
            .put("name", "Product")
            .put("identifier", PRODUCT)
            .put("titleProperty", "name");
    create.putArray("sourceIds").add(ShippedCatalogue.PRODUCTS).add(ShippedCatalogue.OFFERS);
    var properties = create.putArray("properties");
    PRODUCT_PROPERTIES.stream()
        .filter(kinds::containsKey)
        .forEach(id -> properties.add(taken(ShippedCatalogue.PRODUCTS, id)));
    OFFER_PROPERTIES.forEach(id -> properties.add(taken(ShippedCatalogue.OFFERS, id)));
    mcp.call("create_card_definition", create);
  }

  private static ObjectNode taken(String source, String property) {
    return NODES.objectNode().put("sourceId", source).put("propertyId", property);
  }

  private void definition(String id, String name, String source, String title) {
    var create =
        NODES.objectNode().put("name", name).put("identifier", id).put("titleProperty", title);
    create.putArray("sourceIds").add(source);
    mcp.call("create_card_definition", create);
  }

  private void awaitActive(String definition) {
    long deadline = System.nanoTime() + ACTIVE_WAIT.toNanos();
    while (!state(definition).equalsIgnoreCase("active")) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            definition + " is not active after " + ACTIVE_WAIT.toSeconds() + " s");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException failure) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", failure);
      }
    }
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

  private void destination() {
    var destination =
        NODES
            .objectNode()
            .put("identifier", DESTINATION)
            .put("name", "Shop")
            .put("defaultLanguage", "en");
    destination.putArray("languages").add("en").add("de").add("fr").add("sv");
    mcp.call("create_destination", destination);
    var version =
        mcp.call("create_api_version", NODES.objectNode().put("destinationId", DESTINATION))
            .path("apiVersion")
            .path("id")
            .asString();
    var endpoint =
        NODES
            .objectNode()
            .put("apiVersionId", version)
            .put("path", ENDPOINT)
            .put("name", "Products")
            .put("cardDefinitionId", PRODUCT);
    var facets = endpoint.putArray("facets");
    FACETS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(facet ->
            facets
                .addObject()
                .put("property", facet.getKey())
                .put("size", 10)
                .putObject("header")
                .put("en", facet.getValue()));
    mcp.call("create_endpoint", endpoint);
    mcp.call(
        "update_api_version",
        NODES.objectNode().put("apiVersionId", version).put("state", "active"));
  }
}
