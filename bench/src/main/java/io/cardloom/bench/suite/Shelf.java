package io.cardloom.bench.suite;

import io.cardloom.bench.stack.Corpus;
import io.cardloom.kit.db.CopyRows;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/// Products in the table that somebody would make for just these queries: a typed column and the
/// right index for each, nothing else. The SQL is written by hand; one connection and its prepared
/// statements for each client.
final class Shelf {
  static final List<String> FACETS =
      List.of("manufacturer", "series", "specs_color", "specs_form_factor", "in_stock");
  static final int TOP = 24;

  private static final String TABLE =
      """
      CREATE TABLE shelf (
        key text COLLATE "C" NOT NULL, category text NOT NULL, in_stock boolean NOT NULL, price float8 NOT NULL,
        manufacturer text, series text, specs_color text, specs_form_factor text, name text, body bytea NOT NULL)
      """;

  private static final List<String> INDEXES =
      List.of(
          "ALTER TABLE shelf ADD PRIMARY KEY (key)",
          "CREATE INDEX ON shelf (category, in_stock, price DESC, key)",
          "CREATE INDEX ON shelf USING gin (to_tsvector('simple', coalesce(name, '')))",
          "ANALYZE shelf");

  private static final String PLAIN =
      "SELECT key, body FROM shelf WHERE category = ? AND in_stock ORDER BY price DESC, key LIMIT "
          + TOP;

  private static final String PAGE =
      "SELECT key, body FROM shelf WHERE category = ? AND in_stock AND price <= ? AND (price < ? OR key > ?) ORDER BY price DESC, key LIMIT "
          + TOP;

  private static final String TEXT =
      "SELECT key, body FROM shelf WHERE to_tsvector('simple', coalesce(name, '')) @@ plainto_tsquery('simple', ?) ORDER BY key LIMIT "
          + TOP;

  private static final String POINT = "SELECT key, body FROM shelf WHERE key = ?";

  private final Connection connection;

  Shelf(Connection connection) {
    this.connection = connection;
  }

  /// Fills it.
  void fill(Corpus corpus, int rows) throws SQLException, IOException {
    execute(TABLE);
    for (int from = 0; from < rows; from += 10_000) {
      var copy =
          CopyRows.into(
              "shelf",
              "key",
              "category",
              "in_stock",
              "price",
              "manufacturer",
              "series",
              "specs_color",
              "specs_form_factor",
              "name",
              "body");
      for (int row = from; row < Math.min(rows, from + 10_000); row++) {
        var values = corpus.product(row).row();
        copy.row()
            .text(corpus.id(row))
            .text(values.path("category").asString(""))
            .bool(values.path("in_stock").asBoolean(false))
            .float8(values.path("price").asDecimal(BigDecimal.ZERO).doubleValue());
        for (var property :
            List.of("manufacturer", "series", "specs_color", "specs_form_factor", "name")) {
          var value = values.path(property);
          if (value.isString()) copy.text(value.asString());
          else copy.nothing();
        }
        copy.bytes(shown(corpus, row));
      }
      var _ = copy.send(connection.unwrap(PGConnection.class));
    }
    for (var index : INDEXES) execute(index);
  }

  /// What a shop shows of it, as JSON.
  private static byte[] shown(Corpus corpus, int row) {
    var values = corpus.product(row).row();
    var shown = tools.jackson.databind.node.JsonNodeFactory.instance.objectNode();
    for (var property : corpus.shown()) {
      if (values.has(property)) shown.set(property, values.get(property));
    }
    return shown.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// Used by one thread.
  static final class Reader {
    private final PreparedStatement plain;
    private final PreparedStatement page;
    private final PreparedStatement text;
    private final PreparedStatement point;
    private final PreparedStatement total;
    private final List<PreparedStatement> facets = new ArrayList<>();

    Reader(Connection connection) throws SQLException {
      plain = connection.prepareStatement(PLAIN);
      page = connection.prepareStatement(PAGE);
      text = connection.prepareStatement(TEXT);
      point = connection.prepareStatement(POINT);
      total =
          connection.prepareStatement("SELECT count(*) FROM shelf WHERE category = ? AND in_stock");
      for (var facet : FACETS) {
        facets.add(
            connection.prepareStatement(
                "SELECT %1$s, count(*) FROM shelf WHERE category = ? AND in_stock AND %1$s IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5"
                    .formatted(facet)));
      }
    }

    int plain(String category) throws SQLException {
      return bytes(plain, category);
    }

    /// The page, the number of matches, and five facets.
    int faceted(String category) throws SQLException {
      int bytes = bytes(plain, category) + bytes(total, category);
      for (var facet : facets) bytes += bytes(facet, category);
      return bytes;
    }

    /// What comes after this price and key.
    int page(String category, double price, String key) throws SQLException {
      page.setDouble(2, price);
      page.setDouble(3, price);
      page.setString(4, key);
      return bytes(page, category);
    }

    int text(String words) throws SQLException {
      return bytes(text, words);
    }

    int point(String key) throws SQLException {
      return bytes(point, key);
    }

    private static int bytes(PreparedStatement statement, String parameter) throws SQLException {
      statement.setString(1, parameter);
      int bytes = 0;
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var last = rows.getBytes(rows.getMetaData().getColumnCount());
          bytes += last == null ? 0 : last.length;
        }
      }
      return bytes;
    }
  }

  private void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
