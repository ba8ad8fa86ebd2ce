package io.cardloom.local.demo;

import io.cardloom.local.mcp.McpClient;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Queries of products as the demo sets them up.
public final class Searches {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> FACETS =
      List.of("manufacturer", "series", "specs_color", "specs_form_factor", "in_stock");

  private final McpClient mcp;
  private final String destination;

  public Searches(McpClient mcp, String destination) {
    this.mcp = mcp;
    this.destination = destination;
  }

  /// Rows of the endpoint that have a price: product and offer have met.
  long rowsWithPrice() {
    var query = counting();
    var price = query.putArray("filters").addObject().put("property", "price");
    price.putObject("number").put("exists", true);
    return endpoint(query).path("total").asLong(0);
  }

  public long rows() {
    return endpoint(counting()).path("total").asLong(0);
  }

  /// How many of these rows there are; at most 500 ids.
  public long rows(List<String> ids) {
    var query = counting();
    var row = query.putArray("filters").addObject().put("property", "id");
    var wanted = row.putObject("text").putArray("anyOf");
    ids.forEach(wanted::add);
    return endpoint(query).path("total").asLong(0);
  }

  public long cards(String definition) {
    var arguments = NODES.objectNode().put("cardDefinitionId", definition);
    arguments.set("query", counting());
    return mcp.call("search_cards", arguments).path("total").asLong(0);
  }

  public long entries(String source) {
    var arguments = NODES.objectNode().put("sourceId", source);
    arguments.set("query", counting());
    return mcp.call("search_entries", arguments).path("total").asLong(0);
  }

  /// True once the row shows this stock.
  public boolean showsStock(String id, int stock) {
    var query = NODES.objectNode().put("limit", 1);
    var filters = query.putArray("filters");
    var row = filters.addObject().put("property", "id");
    row.putObject("text").putArray("anyOf").add(id);
    var amount = filters.addObject().put("property", "stock");
    amount.putObject("number").putArray("anyOf").add(stock);
    return !endpoint(query).path("results").isEmpty();
  }

  /// Processor coolers in stock, dearest first, with five facets.
  public ObjectNode faceted() {
    var query = plain();
    var facets = query.putArray("facets");
    FACETS.forEach(facet -> facets.addObject().put("property", facet).put("size", 5));
    query.put("includeTotal", true);
    return query;
  }

  public ObjectNode plain() {
    var query = NODES.objectNode().put("limit", 3);
    var filters = query.putArray("filters");
    var category = filters.addObject().put("property", "category");
    category.putObject("text").putArray("anyOf").add("CPUCooler");
    var stock = filters.addObject().put("property", "in_stock");
    stock.putObject("boolean").put("is", true);
    query.putArray("sort").addObject().put("property", "price").put("direction", "desc");
    var fields = query.putArray("fields");
    List.of("name", "manufacturer", "price", "stock").forEach(fields::add);
    return query;
  }

  public JsonNode endpoint(ObjectNode query) {
    return mcp.call("search_destination_data", arguments(query));
  }

  public ObjectNode arguments(ObjectNode query) {
    var arguments =
        NODES.objectNode().put("destinationId", destination).put("endpoint", DemoSetup.ENDPOINT);
    arguments.set("query", query);
    return arguments;
  }

  private static ObjectNode counting() {
    return NODES.objectNode().put("limit", 0).put("includeTotal", true);
  }
}
