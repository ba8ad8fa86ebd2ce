package io.cardloom.index;

import io.cardloom.kit.db.CopyRows;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.db.Tx;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Writes batches: one statement that reads versions, one that takes out the rows replaced, one
/// COPY.
///
/// Another writer of the same key may come between these; then the COPY meets the row it wrote, and
/// the transaction is run again by the caller's `Db`, now seeing it. So no newer version is ever
/// lost, and no lock is held on what is stale.
final class Writer {
  /// Documents derived again at once.
  private static final int REDERIVE_ROWS = 1_000;

  private final Tx tx;
  private final Shape shape;

  Writer(Tx tx, Shape shape) {
    this.tx = tx;
    this.shape = shape;
  }

  Map<String, Long> versions(Stream<String> keys) throws SQLException {
    var versions = new HashMap<String, Long>();
    new Sql()
        .add("SELECT key, version FROM " + shape.table() + " WHERE ")
        .add(shape.own())
        .add(" AND key = ANY (?)", (Object) keys.toArray(String[]::new))
        .list(tx.jdbc(), row -> versions.put(row.getString(1), row.getLong(2)));
    return versions;
  }

  List<String> apply(List<Document> batch) throws SQLException, IOException {
    if (batch.isEmpty()) return List.of();
    var keys = new HashSet<String>();
    for (Document document : batch) {
      if (!keys.add(document.key())) {
        throw new IllegalArgumentException("key twice in one batch: " + document.key());
      }
    }
    Map<String, Long> versions = versions(keys.stream());
    var newer =
        batch.stream()
            .filter(document ->
                document.version() > versions.getOrDefault(document.key(), Long.MIN_VALUE))
            .toList();
    var replaced = new TreeMap<String, Long>();
    for (Document document : newer) {
      if (versions.containsKey(document.key())) replaced.put(document.key(), document.version());
    }
    if (!replaced.isEmpty()) takeOut(replaced);
    copy(newer);
    return newer.stream().map(Document::key).toList();
  }

  private void takeOut(TreeMap<String, Long> replaced) throws SQLException {
    new Sql()
        .add(
            "DELETE FROM %s AS d USING unnest(?, ?) AS n (key, version) WHERE "
                .formatted(shape.table()),
            replaced.keySet().toArray(String[]::new),
            replaced.values().toArray(Long[]::new))
        .add(shape.own())
        .add(" AND d.key = n.key AND d.version < n.version")
        .run(tx.jdbc());
  }

  private void copy(List<Document> documents) throws SQLException, IOException {
    int slots = shape.columns().values().stream().mapToInt(Column::slot).max().orElse(0);
    var terms = new Terms(slots);
    var rows = documents.stream().map(document -> new Row(shape, slots, terms, document)).toList();
    var used = new BitSet(slots + 1);
    rows.forEach(row -> row.markUsed(used));
    int[] columns = used.stream().toArray();
    var names = new ArrayList<>(Row.COLUMNS);
    used.stream().mapToObj(Column::name).forEach(names::add);
    var copy = CopyRows.into(shape.table(), names.toArray(String[]::new));
    rows.forEach(row -> row.write(copy, shape.tenant(), columns));
    tx.copy(copy);
  }

  /// Derives every document again from its body, in order of keys.
  void rederive() throws SQLException, IOException {
    String after = "";
    while (true) {
      var documents =
          new Sql()
              .add("SELECT key, version, body, accepted_at FROM " + shape.table() + " WHERE ")
              .add(shape.own())
              .add(" AND key > ? AND NOT deleted ORDER BY key LIMIT ?", after, REDERIVE_ROWS)
              .list(
                  tx.jdbc(),
                  row ->
                      Document.of(
                          row.getString(1),
                          row.getLong(2),
                          Body.parse(row.getBytes(3)),
                          row.getLong(4)));
      if (documents.isEmpty()) return;
      var all = new TreeMap<String, Long>();
      documents.forEach(document -> all.put(document.key(), Long.MAX_VALUE));
      takeOut(all);
      copy(documents);
      after = documents.getLast().key();
    }
  }
}
