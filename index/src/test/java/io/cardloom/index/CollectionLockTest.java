package io.cardloom.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.proto.common.v1.Query;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What keeps one tenant from another's collections where the code that names them is wrong.
@FreshSchema({"db/kit", "db/index"})
final class CollectionLockTest {
  private static final CollectionId THEIRS = new CollectionId("o'ther", "shoes");

  /// The number of a collection with one document.
  private static int collection(Db db, CollectionId id) {
    var index = new PostgresIndex();
    db.useTx(
        id.tenant(),
        tx -> {
          index.define(tx, id, DocumentIndexContract.PROPERTIES);
          index.apply(
              tx, id, List.of(DocumentIndexContract.document("k", 1, "{\"brand\":\"theirs\"}")));
        });
    return db.inTx(id.tenant(), tx -> new Shapes().require(tx.jdbc(), id).id());
  }

  @Test
  void aForeignCollectionHasNoName(Db db) {
    collection(db, THEIRS);
    var index = new PostgresIndex();
    db.useTx(
        "acme",
        tx -> {
          assertThatThrownBy(() -> index.search(tx, THEIRS, Query.getDefaultInstance()))
              .hasMessageContaining("is not defined");
          assertThat(new Sql().add("SELECT id FROM index_collection").list(tx.jdbc(), _ -> true))
              .isEmpty();
          assertThat(new Sql().add("SELECT slot FROM index_property").list(tx.jdbc(), _ -> true))
              .isEmpty();
        });
    assertThatThrownBy(() ->
            db.useTx("acme", tx -> index.define(tx, THEIRS, DocumentIndexContract.PROPERTIES)))
        .hasStackTraceContaining("row-level security policy");
    db.useTx("acme", tx -> index.drop(tx, THEIRS));
    db.useTx(THEIRS.tenant(), tx -> assertThat(index.count(tx, THEIRS)).isEqualTo(1));
  }

  /// As if a shape that was remembered for one tenant were taken for another.
  @Test
  void aForeignShapeIsRefused(Db db) {
    int number = collection(db, THEIRS);
    Shape shape = db.inTx(THEIRS.tenant(), tx -> new Shapes().require(tx.jdbc(), THEIRS));
    assertThat(shape.id()).isEqualTo(number);
    assertThatThrownBy(() ->
            db.useTx(
                "acme",
                tx -> {
                  var reads = tx.reads();
                  new Search(shape, Query.getDefaultInstance()).ask(reads);
                  reads.send();
                }))
        .hasMessageContaining("another tenant's");
    assertThatThrownBy(() ->
            db.useTx("acme", tx -> new Writer(tx, shape).versions(java.util.stream.Stream.of("k"))))
        .hasMessageContaining("another tenant's");
  }

  @Test
  void aForeignTableIsNotWritten(Db db) {
    int number = collection(db, THEIRS);
    collection(db, DocumentIndexContract.SHOES);
    for (String write :
        List.of(
            "DELETE FROM index_doc_%d",
            "UPDATE index_doc_%d SET version = 9",
            "INSERT INTO index_doc_%d (tenant, key, version, accepted_at, deleted) VALUES ('o''ther', 'new', 1, 0, false)",
            "INSERT INTO index_doc_%d (tenant, key, version, accepted_at, deleted) VALUES ('acme', 'new', 1, 0, false)")) {
      assertThatThrownBy(() -> db.useTx("acme", tx -> tx.update(write.formatted(number))))
          .as(write)
          .hasStackTraceContaining("the collection is another tenant's");
    }
    assertThatThrownBy(() ->
            db.useTx(
                THEIRS.tenant(),
                tx ->
                    tx.update(
                        "INSERT INTO index_doc_%d (tenant, key, version, accepted_at, deleted) VALUES ('acme', 'new', 1, 0, false)"
                            .formatted(number))))
        .hasStackTraceContaining("one_tenant");
    assertThatThrownBy(() -> db.acrossTenants(tx -> tx.update("DELETE FROM index_doc_" + number)))
        .hasStackTraceContaining("permission denied");
  }

  /// Collections are numbered as they come, of all tenants: who sees the number counts the others.
  @Test
  void aCursorDoesNotTellHowManyCollectionsOthersHave(Db db) {
    String alone = cursor(db);
    for (int i = 0; i < 3; i++) collection(db, new CollectionId("o'ther", "shoes" + i));
    assertThat(cursor(db)).isEqualTo(alone);
    collection(db, THEIRS);
    var query = Query.newBuilder().setLimit(1).setAfter(alone).build();
    assertThatThrownBy(
            () -> db.useTx(THEIRS.tenant(), tx -> new PostgresIndex().search(tx, THEIRS, query)))
        .hasMessageContaining("belongs to another query");
  }

  /// Of the first page of a collection that is made for it.
  private static String cursor(Db db) {
    var index = new PostgresIndex();
    var id = new CollectionId("acme", "shoes");
    return db.inTx(
        "acme",
        tx -> {
          index.define(tx, id, DocumentIndexContract.PROPERTIES);
          for (String key : List.of("a", "b")) {
            index.apply(tx, id, List.of(DocumentIndexContract.document(key, 1, "{}")));
          }
          String after = index.search(tx, id, Query.newBuilder().setLimit(1).build()).after();
          index.drop(tx, id);
          return after;
        });
  }

  /// Collections of before get what later ones are made with.
  @Test
  void collectionsThatWereThereAreLockedByTheMigration(Db db) throws SQLException {
    int number = collection(db, THEIRS);
    db.useTx(tx ->
        tx.asOwner(owner -> {
          owner.execute("ALTER TABLE index_doc_" + number + " DROP CONSTRAINT one_tenant");
          owner.execute("DROP FUNCTION index_doc_own() CASCADE");
          owner.execute("DELETE FROM flyway_schema_history WHERE version = '102'");
        }));
    try (Db _ = Db.open(TestServers.again(db), "db/kit", "db/index")) {
      aForeignTableIsNotWritten(db);
    }
  }
}
