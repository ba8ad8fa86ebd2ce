package io.cardloom.bench.stack;

import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.catalogue.ShippedSource;
import io.cardloom.local.demo.DemoSetup;
import io.cardloom.local.rows.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The products of the catalogue that ships with the project, in an order without a pattern, as
/// often as it takes: the second time around each id ends with `-1`, then `-2`.
public final class Corpus {
  public static final int BATCH = 1_000;
  private static final long SEED = 11;

  private final ShippedSource source;
  private final List<Product> products;

  /// One entry.
  ///
  /// @param values as the JSON that `import_data` takes
  /// @param row the same by property
  public record Product(String id, String values, JsonNode row) {}

  private Corpus(ShippedSource source, List<Product> products) {
    this.source = source;
    this.products = List.copyOf(products);
  }

  /// Each product with its synthetic price and stock. About two seconds.
  public static Corpus read() throws IOException {
    var catalogue = ShippedCatalogue.read();
    var source = catalogue.source(ShippedCatalogue.PRODUCTS);
    var offers = catalogue.source(ShippedCatalogue.OFFERS);
    var schema = source.schema();
    var offerSchema = offers.schema();
    var products = new ArrayList<Product>();
    try (var rows = source.rows().open();
        var offerRows = offers.rows().open()) {
      for (var row = rows.next(); row != null; row = rows.next()) {
        if (row instanceof Row.Read read && offerRows.next() instanceof Row.Read offer) {
          var id = Objects.requireNonNull(read.values().get("id")).asString();
          var values = schema.entryValues(read.values(), source.keyFields());
          values.setAll(offerSchema.entryValues(offer.values(), offers.keyFields()));
          products.add(new Product(id, values.toString(), values));
        }
      }
    }
    Collections.shuffle(products, new java.util.Random(SEED));
    var kinds = new LinkedHashMap<>(source.kinds());
    kinds.putAll(offers.kinds());
    return new Corpus(
        new ShippedSource(
            source.id(),
            source.name(),
            source.description(),
            source.languages(),
            List.of(),
            kinds,
            source.keyFields(),
            source.rowCount(),
            source.rows()),
        products);
  }

  /// The source that takes them, under this id.
  public ShippedSource source(String id) {
    return source.as(id);
  }

  /// What a shop shows of them.
  public List<String> shown() {
    var shown = new ArrayList<>(DemoSetup.productProperties(source.kinds().keySet()));
    shown.addAll(DemoSetup.OFFER_PROPERTIES);
    return shown;
  }

  /// The categories with the most products, the largest first.
  public List<String> categories(int count) {
    return products.stream()
        .collect(
            Collectors.groupingBy(
                one -> one.row().path("category").asString(""), Collectors.counting()))
        .entrySet()
        .stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(count)
        .map(Map.Entry::getKey)
        .toList();
  }

  public String id(int row) {
    var id = product(row).id();
    int turn = row / products.size();
    return turn == 0 ? id : id + "-" + turn;
  }

  public Product product(int row) {
    return products.get(row % products.size());
  }

  /// The arguments of `import_data` with the rows from the first to before the last.
  public String arguments(String sourceId, int from, int to) {
    var json = new StringBuilder(1 << 20);
    json.append("{\"sourceId\":\"").append(sourceId).append("\",\"entries\":[");
    for (int row = from; row < to; row++) {
      if (row > from) json.append(',');
      json.append("{\"id\":\"")
          .append(id(row))
          .append("\",\"values\":")
          .append(product(row).values())
          .append('}');
    }
    return json.append("]}").toString();
  }
}
