package io.cardloom.local.demo;

import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.mcp.McpClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The configuration of the demo: sources, card definitions, a destination with one endpoint and
/// its facets.
public final class DemoSetup {
  public static final String ENDPOINT = "products";
  static final String PRODUCT = "product";
  static final String LISTING = "listing";
  static final String CATEGORY = "category";
  static final String DESTINATION = "shop";

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

  public static final List<String> OFFER_PROPERTIES = List.of("price", "stock", "in_stock");

  /// Facets of products, with their headers.
  public static final Map<String, String> FACETS =
      Map.of(
          "category", "Category",
          "manufacturer", "Manufacturer",
          "series", "Series",
          "specs_color", "Colour",
          "specs_form_factor", "Form factor",
          "in_stock", "In stock");

  private final Configuration configuration;
  private final ShippedCatalogue catalogue;

  public DemoSetup(McpClient mcp, ShippedCatalogue catalogue) {
    this.configuration = new Configuration(mcp);
    this.catalogue = catalogue;
  }

  /// Makes all of it, and returns when the definitions are active and the endpoint is served.
  public void run() {
    catalogue.sources().forEach(configuration::source);
    var properties = new LinkedHashMap<String, List<String>>();
    properties.put(
        ShippedCatalogue.PRODUCTS,
        productProperties(catalogue.source(ShippedCatalogue.PRODUCTS).kinds().keySet()));
    properties.put(ShippedCatalogue.OFFERS, OFFER_PROPERTIES);
    configuration.definition(PRODUCT, "Product", "name", properties);
    configuration.definition(
        LISTING, "Listing", "listing_id", Map.of(ShippedCatalogue.LISTINGS, List.of()));
    configuration.definition(
        CATEGORY, "Category", "label", Map.of(ShippedCatalogue.CATEGORIES, List.of()));
    var definitions = List.of(PRODUCT, LISTING, CATEGORY);
    definitions.forEach(configuration::activate);
    definitions.forEach(configuration::awaitActive);
    var version = configuration.destination(DESTINATION, "Shop", List.of("en", "de", "fr", "sv"));
    configuration.endpoint(version, ENDPOINT, "Products", PRODUCT, FACETS);
    configuration.publish(version);
  }

  /// What a shop shows of a product, of what the source has.
  public static List<String> productProperties(Set<String> known) {
    return PRODUCT_PROPERTIES.stream().filter(known::contains).toList();
  }
}
