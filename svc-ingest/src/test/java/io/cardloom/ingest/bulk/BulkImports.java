package io.cardloom.ingest.bulk;

import static io.cardloom.ingest.TestIngest.caller;
import static io.cardloom.ingest.TestIngest.entry;

import io.cardloom.ingest.TestIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.GetImportStatusRequest;
import io.cardloom.proto.ingest.v1.ImportStatus;
import io.cardloom.proto.ingest.v1.StartImportRequest;
import java.util.List;
import java.util.stream.IntStream;

/// Short words for tests of background imports.
final class BulkImports {
  private BulkImports() {}

  /// Entries `k00000`, `k00001` and so on.
  static List<EntryInput> numbered(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> entry(key(i), "{\"stock\":%d,\"name\":\"Desk %d\"}".formatted(i, i)))
        .toList();
  }

  static String key(int number) {
    return "k%05d".formatted(number);
  }

  static StartImportRequest.Builder of(String source, List<EntryInput> entries) {
    return StartImportRequest.newBuilder().setSourceId(source).addAllEntries(entries);
  }

  static ImportStatus start(TestIngest ingest, String tenant, StartImportRequest.Builder request) {
    return ingest.starts.run(caller(tenant), request.build());
  }

  static ImportStatus start(TestIngest ingest, StartImportRequest.Builder request) {
    return start(ingest, "acme", request);
  }

  static ImportStatus status(TestIngest ingest, String tenant, String id) {
    return ingest.started.run(
        caller(tenant), GetImportStatusRequest.newBuilder().setImportId(id).build());
  }

  static ImportStatus status(TestIngest ingest, ImportStatus started) {
    return status(ingest, "acme", started.getImportId());
  }

  /// Has PostgreSQL do `action`, a statement of PL/pgSQL, once it has added `key`.
  static void whenStored(Db db, String key, String action) {
    db.useTx(tx ->
        tx.asOwner(owner -> {
          owner.execute(
              "CREATE FUNCTION act() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN "
                  + action
                  + "; RETURN NEW; END $$");
          owner.execute(
              "CREATE TRIGGER act AFTER INSERT ON entry FOR EACH ROW WHEN (NEW.key = '"
                  + key
                  + "') EXECUTE FUNCTION act()");
        }));
  }

  static void nothingWhenStored(Db db) {
    db.useTx(tx ->
        tx.asOwner(owner -> {
          owner.execute("DROP TRIGGER act ON entry");
          owner.execute("DROP FUNCTION act()");
        }));
  }
}
