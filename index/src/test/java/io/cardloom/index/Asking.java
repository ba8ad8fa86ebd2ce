package io.cardloom.index;

import io.cardloom.kit.db.Sql;
import io.cardloom.kit.db.Tx;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The questions in plain SQL, for layouts that have no adapter.
record Asking(int rows) {
  /// How a layout says it; `price` is followed by a comparison.
  record Terms(
      String category,
      String maker,
      String price,
      String byName,
      String words,
      List<String> facets,
      String fuzzy) {}

  static Asking of(
      Tx tx, BenchLayout.Ask ask, BenchLayout.Sample sample, String table, String base, Terms terms)
      throws SQLException {
    if (ask == BenchLayout.Ask.FUZZY) {
      String slip = Folding.fold(sample.manufacturer().replaceFirst("..$", "x"));
      return new Asking(
          new Sql()
              .add(
                  "SELECT value, n FROM (SELECT "
                      + terms.fuzzy()
                      + " AS value, count(*) AS n FROM "
                      + table
                      + " WHERE "
                      + base
                      + " GROUP BY 1) AS v"
                      + " WHERE public.similarity(value, ?) >= 0.3 ORDER BY public.similarity(value, ?) DESC LIMIT 10",
                  slip,
                  slip)
              .list(tx.jdbc(), row -> row.getString(1))
              .size());
    }
    var where = new Sql().add(base + " AND ");
    String order = "key";
    switch (ask.filter()) {
      case "SELECTIVE" -> {
        where.add(terms.category(), sample.category()).add(" AND ");
        where.add(terms.maker(), sample.manufacturer());
        order = terms.price().replaceFirst(".* AND ", "") + " DESC NULLS LAST, key DESC";
      }
      case "CATEGORY" -> {
        where.add(terms.category(), sample.category());
        order = terms.byName();
      }
      case "TEXT" -> {
        var words = new TreeSet<String>();
        Folding.words(Folding.fold(sample.words()), words::add);
        where.add(
            terms.words(),
            String.join(" & ", words.stream().map(word -> "'" + word + "':*").toList()));
      }
      default -> {
        where.add(terms.price() + " >= 100");
        order = terms.price().replaceFirst(".* AND ", "") + ", key";
      }
    }
    if (ask.facets()) facets(tx, table, where, terms);
    int rows = 0;
    String price = terms.price().replaceFirst(".* AND ", "");
    var after = new ArrayList<Object>();
    for (int page = 0; page < (ask == BenchLayout.Ask.PAGES_50 ? 50 : 1); page++) {
      boolean named = order.contains(" ORDER BY ");
      var sql =
          new Sql()
              .add(
                  "SELECT key, version, accepted_at, body, " + price + " FROM " + table + " WHERE ")
              .add(where);
      if (!after.isEmpty()) sql.add(" AND (" + price + ", key) > (?, ?)", after.toArray());
      sql.add(named ? " AND " + order + ", key" : " ORDER BY " + order).add(" LIMIT 20");
      rows +=
          sql.list(
                  tx.jdbc(),
                  row -> {
                    after.clear();
                    after.add(row.getDouble(5));
                    after.add(row.getString(1));
                    return row.getBytes(4);
                  })
              .size();
    }
    return new Asking(rows);
  }

  private static void facets(Tx tx, String table, Sql where, Terms terms) throws SQLException {
    var sql = new Sql().add("WITH m AS MATERIALIZED (SELECT ");
    for (int i = 0; i < terms.facets().size(); i++) {
      sql.add((i > 0 ? ", " : "") + terms.facets().get(i) + " AS f" + i);
    }
    sql.add(" FROM " + table + " WHERE ").add(where).add(")");
    for (int i = 0; i < terms.facets().size(); i++) {
      String list =
          BenchLayout.FACETS.get(i).equals("specs_color") ? "unnest(f" + i + ")" : "f" + i;
      sql.add(
          (i > 0 ? " UNION ALL " : "")
              + "(SELECT cast(v as text), count(*) FROM (SELECT "
              + list
              + " AS v FROM m) AS f GROUP BY v ORDER BY 2 DESC LIMIT 10)");
    }
    sql.list(tx.jdbc(), row -> row.getString(1));
  }
}
