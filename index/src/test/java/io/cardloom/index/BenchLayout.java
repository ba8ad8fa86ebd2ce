package io.cardloom.index;

import io.cardloom.index.DocumentIndex.Match;
import io.cardloom.index.DocumentIndex.ValueQuery;
import io.cardloom.kit.db.CopyRows;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.FacetRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.Sort;
import io.cardloom.proto.common.v1.SortDirection;
import io.cardloom.proto.common.v1.TextFilter;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// A physical layout to measure: how it is made, written and asked.
sealed interface BenchLayout {
  CollectionId COLLECTION = new CollectionId("acme", "bench");
  List<String> FACETS =
      List.of("category", "manufacturer", "release_year", "series", "specs_color");

  /// What is asked. Values come from documents, so frequent ones are asked for often.
  enum Ask {
    /// category and manufacturer, by price from the highest
    SELECTIVE,
    /// category, by name
    CATEGORY,
    /// price from 100 up, most documents, by price
    BROAD,
    SELECTIVE_FACETS,
    CATEGORY_FACETS,
    BROAD_FACETS,
    /// two words of the name
    TEXT,
    /// 50 pages of 20 one after the other, by price
    PAGES_50,
    /// makers spelled alike
    FUZZY;

    boolean facets() {
      return name().endsWith("FACETS");
    }

    String filter() {
      return name().split("_")[0];
    }
  }

  /// @param words two words of the name
  record Sample(String category, String manufacturer, String words) {}

  void create(Tx tx, List<IndexedProperty> properties) throws SQLException, IOException;

  void apply(Tx tx, List<Document> batch) throws SQLException, IOException;

  /// Answers; returns how many rows came back, to compare the layouts.
  int ask(Tx tx, Ask ask, Sample sample) throws SQLException, IOException;

  String tables();

  /// The floor: keys, versions and bodies in one table with its primary key, written by COPY.
  final class Copy implements BenchLayout {
    @Override
    public void create(Tx tx, List<IndexedProperty> properties) {
      tx.update(
          """
          CREATE TABLE layout_copy (tenant text COLLATE "C", key text COLLATE "C", version bigint,
            accepted_at bigint, body text STORAGE EXTERNAL, PRIMARY KEY (tenant, key))
          """);
    }

    @Override
    public void apply(Tx tx, List<Document> batch) throws SQLException, IOException {
      var keys = batch.stream().map(Document::key).toArray(String[]::new);
      if (batch.getFirst().version() > 1) {
        new Sql()
            .add("DELETE FROM layout_copy WHERE tenant = 'acme' AND key = ANY (?)", (Object) keys)
            .run(tx.jdbc());
      }
      var rows = CopyRows.into("layout_copy", "tenant", "key", "version", "accepted_at", "body");
      for (Document one : batch) {
        rows.row().text("acme").text(one.key()).int8(one.version()).int8(one.acceptedAtMicros());
        rows.bytes(one.body().toJson());
      }
      tx.copy(rows);
    }

    @Override
    public int ask(Tx tx, Ask ask, Sample sample) {
      return -1;
    }

    @Override
    public String tables() {
      return "layout_copy%";
    }
  }

  /// Another layout, its indexes built when everything is loaded: the same data in a fraction of
  /// the time, for questions and for writes to a large collection.
  final class Built implements BenchLayout {
    private static final String INDEXES =
        """
        SELECT pg_get_indexdef(i.indexrelid), i.indexrelid::regclass::text
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
         WHERE c.relnamespace = current_schema()::regnamespace AND t.relname LIKE ?
           AND NOT i.indisprimary AND NOT c.relispartition
        """;

    private final BenchLayout layout;
    private final List<String> postponed = new ArrayList<>();

    Built(BenchLayout layout) {
      this.layout = layout;
    }

    @Override
    public void create(Tx tx, List<IndexedProperty> properties) throws SQLException, IOException {
      layout.create(tx, properties);
      var names = new ArrayList<String>();
      new Sql()
          .add(INDEXES, tables())
          .list(
              tx.jdbc(),
              row -> {
                postponed.add(row.getString(1).replace(" ON ONLY ", " ON "));
                return names.add(row.getString(2));
              });
      for (String name : names) tx.update("DROP INDEX " + name);
    }

    @Override
    public void apply(Tx tx, List<Document> batch) throws SQLException, IOException {
      layout.apply(tx, batch);
    }

    void build(Tx tx) throws SQLException {
      try (var statement = tx.jdbc().createStatement()) {
        statement.execute("SET LOCAL maintenance_work_mem = '1GB'");
        for (String index : postponed) statement.execute(index);
      }
    }

    @Override
    public int ask(Tx tx, Ask ask, Sample sample) throws SQLException, IOException {
      return layout.ask(tx, ask, sample);
    }

    @Override
    public String tables() {
      return layout.tables();
    }
  }

  /// The adapter: as it is, without its sort indexes, without its inverted index, or with another
  /// length of the inverted index's pending list.
  final class Adapter implements BenchLayout {
    private final DocumentIndex index = InvertedIndex.of(new PostgresIndex());
    private final String variant;

    Adapter(String variant) {
      this.variant = variant;
    }

    @Override
    public void create(Tx tx, List<IndexedProperty> properties) throws SQLException {
      index.define(tx, COLLECTION, properties);
      var indexes = new ArrayList<String>();
      new Sql()
          .add(
              """
              SELECT indexname FROM pg_indexes
               WHERE schemaname = current_schema() AND indexname LIKE 'index_doc_%'
                 AND indexname NOT LIKE '%pkey'
              """)
          .list(tx.jdbc(), row -> indexes.add(row.getString(1)));
      for (String one : indexes) {
        if (variant.equals("unsorted") && one.matches(".*_p[0-9]+")) tx.update("DROP INDEX " + one);
        if (variant.equals("uninverted") && one.endsWith("_terms")) tx.update("DROP INDEX " + one);
        if (variant.startsWith("pending") && one.endsWith("_terms")) {
          tx.update(
              "ALTER INDEX "
                  + one
                  + " SET (gin_pending_list_limit = "
                  + variant.substring("pending".length())
                  + "024)");
        }
      }
    }

    @Override
    public void apply(Tx tx, List<Document> batch) {
      index.apply(tx, COLLECTION, batch);
    }

    @Override
    public int ask(Tx tx, Ask ask, Sample sample) {
      if (ask == Ask.FUZZY) {
        String slip = sample.manufacturer().replaceFirst("..$", "x");
        return index
            .values(tx, COLLECTION, new ValueQuery("manufacturer", slip, Match.FUZZY, "", 10))
            .size();
      }
      var query = Query.newBuilder().setLimit(20);
      switch (ask.filter()) {
        case "SELECTIVE" -> {
          query.addFilters(is("category", sample.category()));
          query.addFilters(is("manufacturer", sample.manufacturer()));
          query.addSort(
              Sort.newBuilder()
                  .setProperty("price")
                  .setDirection(SortDirection.SORT_DIRECTION_DESC));
        }
        case "CATEGORY" ->
            query
                .addFilters(is("category", sample.category()))
                .addSort(Sort.newBuilder().setProperty("name"));
        case "TEXT" -> query.setText(sample.words());
        default ->
            query
                .addFilters(
                    Filter.newBuilder()
                        .setProperty("price")
                        .setNumber(NumberFilter.newBuilder().setGte(100)))
                .addSort(Sort.newBuilder().setProperty("price"));
      }
      if (ask.facets()) {
        FACETS.forEach(facet -> query.addFacets(FacetRequest.newBuilder().setProperty(facet)));
      }
      int rows = 0;
      for (int page = 0; page < (ask == Ask.PAGES_50 ? 50 : 1); page++) {
        var result = index.search(tx, COLLECTION, query.build());
        rows += result.hits().size();
        query.setAfter(result.after());
      }
      return rows;
    }

    private static Filter is(String property, String value) {
      return Filter.newBuilder()
          .setProperty(property)
          .setText(TextFilter.newBuilder().addAnyOf(value))
          .build();
    }

    @Override
    public String tables() {
      return "index_doc_%";
    }
  }

  /// Layout (a): a table per collection, typed columns, a btree for each scalar one and an inverted
  /// index for each list and for the words. Filters go by columns.
  final class Columns implements BenchLayout {
    private Shape shape = new Shape(COLLECTION, 0, 0, true, Map.of());

    @Override
    public void create(Tx tx, List<IndexedProperty> properties) throws SQLException {
      var columns = new ArrayList<Column>();
      for (IndexedProperty property : properties) {
        columns.add(new Column(property.id(), property.type(), columns.size() + 1, true));
      }
      shape =
          new Shape(
              COLLECTION,
              0,
              0,
              true,
              columns.stream()
                  .collect(java.util.stream.Collectors.toMap(Column::property, one -> one)));
      var ddl = new StringBuilder();
      columns.forEach(one -> ddl.append(", ").append(one.name()).append(' ').append(one.sqlType()));
      try (var statement = tx.jdbc().createStatement()) {
        statement.execute(
            """
            CREATE TABLE index_doc_0 (tenant text COLLATE "C", key text COLLATE "C", version bigint,
              accepted_at bigint, deleted boolean, terms tsvector STORAGE EXTERNAL,
              body text STORAGE EXTERNAL %s, PRIMARY KEY (tenant, key) INCLUDE (version, deleted))
            """
                .formatted(ddl));
        statement.execute("CREATE INDEX ON index_doc_0 USING gin (terms)");
        for (Column one : columns) {
          statement.execute(
              one.list()
                  ? "CREATE INDEX ON index_doc_0 USING gin (" + one.name() + ")"
                  : "CREATE INDEX ON index_doc_0 ((%s), key) WHERE %s IS NOT NULL"
                      .formatted(one.sortExpression(), one.name()));
        }
      }
    }

    @Override
    public void apply(Tx tx, List<Document> batch) throws SQLException, IOException {
      new Writer(tx, shape).apply(batch);
    }

    @Override
    public int ask(Tx tx, Ask ask, Sample sample) throws SQLException {
      String category = "left(" + name("category") + ", 128)";
      String maker = "left(" + name("manufacturer") + ", 128)";
      String price = name("price");
      return Asking.of(
              tx,
              ask,
              sample,
              "index_doc_0",
              "tenant = 'acme' AND NOT deleted",
              new Asking.Terms(
                  category + " = lower(?) AND " + name("category") + " IS NOT NULL",
                  maker + " = lower(?) AND " + name("manufacturer") + " IS NOT NULL",
                  price + " IS NOT NULL AND " + price,
                  name("name") + " IS NOT NULL ORDER BY left(" + name("name") + ", 128)",
                  "terms @@ cast(? as tsquery)",
                  FACETS.stream().map(this::name).toList(),
                  name("manufacturer")))
          .rows();
    }

    private String name(String property) {
      return java.util.Objects.requireNonNull(shape.column(property)).name();
    }

    @Override
    public String tables() {
      return "index_doc_0%";
    }
  }

  /// Layout (b): one partitioned table for all collections, the body as jsonb, one inverted index
  /// on derived terms of the form `property=value` and on words.
  final class Terms implements BenchLayout {
    @Override
    public void create(Tx tx, List<IndexedProperty> properties) throws SQLException {
      try (var statement = tx.jdbc().createStatement()) {
        statement.execute(
            """
            CREATE TABLE layout_terms (tenant text COLLATE "C", collection int, key text COLLATE "C",
              version bigint, accepted_at bigint, deleted boolean, body jsonb, terms text[] COLLATE "C",
              words tsvector, PRIMARY KEY (tenant, collection, key) INCLUDE (version, deleted)
            ) PARTITION BY HASH (tenant)
            """);
        for (int i = 0; i < 4; i++) {
          statement.execute(
              "CREATE TABLE layout_terms_%1$d PARTITION OF layout_terms FOR VALUES WITH (MODULUS 4, REMAINDER %1$d)"
                  .formatted(i));
        }
        statement.execute("CREATE INDEX ON layout_terms USING gin (terms, words)");
      }
    }

    @Override
    public void apply(Tx tx, List<Document> batch) throws SQLException, IOException {
      if (batch.getFirst().version() > 1) {
        new Sql()
            .add(
                "DELETE FROM layout_terms WHERE tenant = 'acme' AND collection = 1 AND key = ANY (?)",
                (Object) batch.stream().map(Document::key).toArray(String[]::new))
            .run(tx.jdbc());
      }
      var rows =
          CopyRows.into(
              "layout_terms",
              "tenant",
              "collection",
              "key",
              "version",
              "accepted_at",
              "deleted",
              "body",
              "terms",
              "words");
      var words = new io.cardloom.index.Terms(0);
      for (Document one : batch) {
        var terms = new TreeSet<String>();
        words.of(0);
        one.body()
            .forEach((property, slot) -> {
              byte[] json = ((Body.Slot.Plain) slot).json();
              String text = JsonText.text(json);
              var texts = text == null ? JsonText.list(json) : List.of(text);
              for (String value : texts) {
                terms.add(property + "=" + Folding.fold(value));
                Folding.words(Folding.fold(value), words::add);
              }
              if (text == null && json[0] != '[')
                terms.add(property + "=" + JsonText.literal(json));
            });
        rows.row().text("acme").int4(1).text(one.key()).int8(one.version());
        rows.int8(one.acceptedAtMicros()).bool(false).jsonb(one.body().toJson());
        rows.texts(terms).bytes(words.take());
      }
      tx.copy(rows);
    }

    @Override
    public int ask(Tx tx, Ask ask, Sample sample) throws SQLException {
      String price = "cast(body ->> 'price' as float8)";
      return Asking.of(
              tx,
              ask,
              sample,
              "layout_terms",
              "tenant = 'acme' AND collection = 1 AND NOT deleted",
              new Asking.Terms(
                  "terms @> ARRAY['category=' || lower(?)]",
                  "terms @> ARRAY['manufacturer=' || lower(?)]",
                  price,
                  "true ORDER BY lower(body ->> 'name')",
                  "words @@ cast(? as tsquery)",
                  FACETS.stream()
                      .map(facet ->
                          facet.equals("specs_color")
                              ? "ARRAY(SELECT jsonb_array_elements_text(body -> 'specs_color'))"
                              : "lower(body ->> '" + facet + "')")
                      .toList(),
                  "lower(body ->> 'manufacturer')"))
          .rows();
    }

    @Override
    public String tables() {
      return "layout_terms%";
    }
  }
}
