package io.cardloom.local.catalogue;

import io.cardloom.local.rows.Row;
import io.cardloom.local.rows.RowReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/// The catalogue that ships with the project: 47,551 real products of PC hardware, where they are
/// listed, their categories in four languages, and synthetic offers. See the `NOTICE` beside the
/// files.
public final class ShippedCatalogue {
  public static final String PRODUCTS = "products";
  public static final String LISTINGS = "listings";
  public static final String CATEGORIES = "categories";
  public static final String OFFERS = "synthetic-offers";

  private final List<ShippedSource> sources;

  private ShippedCatalogue(List<ShippedSource> sources) {
    this.sources = List.copyOf(sources);
  }

  /// Reads the products once, for the kinds of their properties and for the offers. About a second.
  public static ShippedCatalogue read() throws IOException {
    var seen = new KindsSeen();
    var ids = new ArrayList<String>();
    try (var rows = products()) {
      for (var row = rows.next(); row != null; row = rows.next()) {
        if (row instanceof Row.Read read) {
          ids.add(Objects.requireNonNull(read.values().get("id")).asString());
          seen.add(read.values());
        }
      }
    }
    var productKinds = new LinkedHashMap<>(seen.kinds());
    productKinds.remove("id");
    return new ShippedCatalogue(
        List.of(
            new ShippedSource(
                PRODUCTS,
                "Products",
                "PC hardware from BuildCores OpenDB; nested specs as flat, typed properties.",
                List.of("en"),
                List.of(),
                productKinds,
                List.of("id"),
                ids.size(),
                ShippedCatalogue::products),
            new ShippedSource(
                OFFERS,
                "Offers (synthetic)",
                "Prices and stock, generated from the product ids with a fixed seed.",
                List.of("en"),
                List.of(PRODUCTS),
                SyntheticOffers.kinds(),
                List.of("id"),
                ids.size(),
                () -> new SyntheticOffers(ids)),
            new ShippedSource(
                LISTINGS,
                "Listings",
                "Where a product is sold, a row for each product and channel.",
                List.of("en"),
                List.of(),
                texts("product_id", "channel", "listing_id"),
                List.of("product_id", "channel"),
                48_979,
                () -> RowReader.csv(resource("listings.csv.gz"), true)),
            new ShippedSource(
                CATEGORIES,
                "Categories",
                "The category tree, with labels in four languages.",
                List.of("en", "de", "fr", "sv"),
                List.of(),
                categoryKinds(),
                List.of("code"),
                41,
                () -> RowReader.csv(resource("categories.csv"), false))));
  }

  /// In the order in which they are created: a source comes after those it is related to.
  public List<ShippedSource> sources() {
    return sources;
  }

  /// The same with the first `count` rows of each source; products and offers stay a pair.
  public ShippedCatalogue first(int count) {
    return new ShippedCatalogue(sources.stream().map(source -> source.first(count)).toList());
  }

  public ShippedSource source(String id) {
    return sources.stream().filter(source -> source.id().equals(id)).findFirst().orElseThrow();
  }

  private static RowReader products() throws IOException {
    return RowReader.ndjson(resource("products.ndjson.gz"), true);
  }

  private static SequencedMap<String, Kind> texts(String... ids) {
    var kinds = new LinkedHashMap<String, Kind>();
    for (var id : ids) {
      kinds.put(id, Kind.TEXT);
    }
    return kinds;
  }

  private static SequencedMap<String, Kind> categoryKinds() {
    var kinds = texts("parent");
    kinds.put("label", Kind.LOCALIZED_TEXT);
    return kinds;
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        ShippedCatalogue.class.getResourceAsStream("/catalogue/" + name),
        () -> "the catalogue file " + name + " is not on the class path");
  }
}
