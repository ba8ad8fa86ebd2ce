package io.cardloom.local.catalogue;

import io.cardloom.local.rows.Row;
import io.cardloom.local.rows.RowReader;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A price and a stock for each product, made up from its id and a fixed seed: the same on every
/// machine. No real price or stock is in the data.
public final class SyntheticOffers implements RowReader {
  private static final long SEED = 20_261_121L;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final List<String> ids;
  private int at;

  SyntheticOffers(List<String> ids) {
    this.ids = ids;
  }

  static SequencedMap<String, Kind> kinds() {
    var kinds = new LinkedHashMap<String, Kind>();
    kinds.put("price", Kind.DECIMAL);
    kinds.put("stock", Kind.INTEGER);
    kinds.put("in_stock", Kind.BOOLEAN);
    return kinds;
  }

  /// 4.99 to 1999.99, most of them low; a third out of stock, else 1 to 500.
  static Map<String, JsonNode> offer(String id) {
    var random = new SplittableRandom(SEED ^ (31L * id.hashCode() + id.length()));
    double skewed = Math.pow(random.nextDouble(), 3);
    var price = BigDecimal.valueOf(5 + (long) (skewed * 1995)).subtract(new BigDecimal("0.01"));
    int stock = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(500);
    var offer = new LinkedHashMap<String, JsonNode>();
    offer.put("id", NODES.stringNode(id));
    offer.put("price", NODES.numberNode(price));
    offer.put("stock", NODES.numberNode(stock));
    offer.put("in_stock", NODES.booleanNode(stock > 0));
    return offer;
  }

  @Override
  public @Nullable Row next() {
    if (at == ids.size()) {
      return null;
    }
    var id = ids.get(at++);
    return new Row.Read(at, offer(id));
  }

  @Override
  public void close() {}
}
