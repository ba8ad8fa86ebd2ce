package io.cardloom.index;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Reads;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.run.Loop;
import io.cardloom.proto.common.v1.Query;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The document index on PostgreSQL, in the service's own schema (migrations `db/index`).
///
/// A collection is a table: the body as it came, a typed column for each property, and one inverted
/// index on the words of all values, each marked with its property, once it is loaded. See
/// docs/adr/0001-index-layout.md and 0007-inverted-once-loaded.md.
public final class PostgresIndex implements DocumentIndex {
  /// Most documents of one batch.
  private static final int BATCH_MAX = 2_000;

  private final Shapes shapes = new Shapes();
  private final Wanted wanted = new Wanted();
  private final Unmerged unmerged = new Unmerged();

  private interface Work<T> {
    T run() throws SQLException, IOException;
  }

  @Override
  public void define(Tx tx, CollectionId id, List<IndexedProperty> properties) {
    failing(() -> {
      var defined = shapes.define(tx, id, properties);
      if (defined.rederive()) new Writer(tx, defined.shape()).rederive();
      return true;
    });
  }

  @Override
  public void drop(Tx tx, CollectionId id) {
    failing(() -> {
      shapes.drop(tx, id);
      return true;
    });
  }

  @Override
  public List<String> apply(Tx tx, CollectionId id, List<Document> batch) {
    if (batch.size() > BATCH_MAX) {
      throw new IllegalArgumentException("a batch has at most " + BATCH_MAX + " documents");
    }
    return failing(() -> {
      var written = new Writer(tx, shapes.require(tx.jdbc(), id)).apply(batch);
      unmerged.wrote(id, written.size());
      return written;
    });
  }

  @Override
  public Result search(Tx tx, CollectionId id, Query query, Function<Reads, Runnable> also) {
    return failing(() -> {
      Shape shape = shapes.remembered(tx, id);
      var search = new Search(shape, query);
      Column unordered = search.unordered();
      if (unordered != null) wanted.asked(new Wanted.Index(id, unordered.property()));
      if (search.uninverted()) wanted.asked(new Wanted.Index(id, null));
      Reads reads = tx.reads();
      var answer = search.ask(reads);
      Runnable check = also.apply(reads);
      reads.send();
      check.run();
      return answer.of(tx);
    });
  }

  @Override
  public List<ValueCount> values(Tx tx, CollectionId id, ValueQuery query) {
    return failing(() -> new Values(shapes.require(tx.jdbc(), id), query).run(tx.jdbc()));
  }

  @Override
  public Map<String, Long> versions(Tx tx, CollectionId id, Collection<String> keys) {
    return failing(() -> new Writer(tx, shapes.require(tx.jdbc(), id)).versions(keys.stream()));
  }

  @Override
  public List<Hit> scan(Tx tx, CollectionId id, String afterKey, int limit) {
    return failing(() -> {
      Shape shape = shapes.require(tx.jdbc(), id);
      return new Sql()
          .add("SELECT key, version, body, accepted_at FROM " + shape.table() + " WHERE ")
          .add(shape.own())
          .add(" AND key > ? AND NOT deleted ORDER BY key LIMIT ?", afterKey, limit)
          .list(
              tx.jdbc(),
              row -> new Hit(row.getString(1), row.getLong(2), row.getBytes(3), row.getLong(4)));
    });
  }

  @Override
  public long count(Tx tx, CollectionId id) {
    return failing(() -> {
      Shape shape = shapes.require(tx.jdbc(), id);
      return new Sql()
          .add("SELECT count(*) FROM " + shape.table() + " WHERE ")
          .add(shape.own())
          .add(" AND NOT deleted")
          .list(tx.jdbc(), row -> row.getLong(1))
          .getFirst();
    });
  }

  /// Makes the indexes that searches through this one ask for, and has the inverted index hold what
  /// was written through it once writing pauses. Without it each search sorts its matches, and
  /// reads what the inverted index does not hold.
  public Loop.Body upkeep(Db db) {
    return () -> {
      var due = wanted.next();
      if (due != null) {
        var id = due.collection();
        String order = due.order();
        return did(
            db, id, tx -> order == null ? shapes.invert(tx, id) : shapes.order(tx, id, order));
      }
      CollectionId paused = unmerged.next();
      return paused == null ? 0 : did(db, paused, tx -> shapes.invert(tx, paused));
    };
  }

  private interface Upkeep {
    boolean of(Tx tx) throws SQLException;
  }

  private static int did(Db db, CollectionId id, Upkeep upkeep) {
    return db.inTx(id.tenant(), tx -> upkeep.of(tx) ? 1 : 0);
  }

  /// Database failures pass as unchecked ones with their cause, by which `Db` knows those to try
  /// again.
  private static <T> T failing(Work<T> work) {
    try {
      return work.run();
    } catch (SQLException failure) {
      throw new IllegalStateException("index: " + failure.getMessage(), failure);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
