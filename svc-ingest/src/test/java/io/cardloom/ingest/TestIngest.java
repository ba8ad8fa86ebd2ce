package io.cardloom.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cardloom.index.Body;
import io.cardloom.index.DocumentIndex;
import io.cardloom.index.PostgresIndex;
import io.cardloom.ingest.bulk.ApplyImports;
import io.cardloom.ingest.bulk.BulkImportStore;
import io.cardloom.ingest.bulk.DescribeImport;
import io.cardloom.ingest.bulk.StartImport;
import io.cardloom.ingest.conversion.ConvertValues;
import io.cardloom.ingest.conversion.StoredConversions;
import io.cardloom.ingest.entry.DescribeStages;
import io.cardloom.ingest.entry.EntryChanges;
import io.cardloom.ingest.entry.EntryRow;
import io.cardloom.ingest.entry.EntryStore;
import io.cardloom.ingest.entry.ImportEntries;
import io.cardloom.ingest.entry.ListEntries;
import io.cardloom.ingest.entry.SearchEntries;
import io.cardloom.ingest.history.HistoryStore;
import io.cardloom.ingest.source.CreateDataSource;
import io.cardloom.ingest.source.DescribeSchema;
import io.cardloom.ingest.source.DraftDataSource;
import io.cardloom.ingest.source.SchemaCache;
import io.cardloom.ingest.source.SourceStore;
import io.cardloom.ingest.source.UpsertProperties;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.events.v1.EntryChanged;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportDataResponse;
import io.cardloom.proto.ingest.v1.PropertyInput;
import io.cardloom.proto.ingest.v1.UpsertDataSourcePropertiesRequest;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;

/// The rules of the service on one database, without its edges and loops, and short words for
/// tests.
public final class TestIngest {
  /// Every version of every entry that is kept.
  public static final String VERSIONS =
      """
      (SELECT tenant, key, version, author FROM entry_history
        UNION ALL
       SELECT tenant, key, version, added_by FROM entry
        WHERE version = 1 AND added_by IS NOT NULL) AS versions
      """;

  /// A source that most tests use: one property of each type.
  public static final List<String> PROPERTIES =
      List.of(
          "name:TEXT",
          "label:LOCALIZED_TEXT",
          "tags:LIST",
          "notes:LOCALIZED_LIST",
          "active:BOOLEAN",
          "since:TIMESTAMP",
          "stock:INTEGER",
          "price:DECIMAL");

  /// Background imports of one workspace at once.
  public static final int IMPORTS_RUNNING_MAX = 3;

  /// Entries of one batch of a background import.
  public static final int IMPORT_BATCH = 100;

  public final Db db;
  public final DocumentIndex index = new PostgresIndex();
  public final SourceStore sources = new SourceStore();
  public final EntryStore entries = new EntryStore();
  public final HistoryStore history = new HistoryStore();
  public final EntryChanges changes = new EntryChanges(entries, history, new Outbox());
  public final CreateDataSource create;
  public final DraftDataSource draft;
  public final UpsertProperties upsert;
  public final DescribeSchema describe;
  public final ImportEntries imports;
  public final BulkImportStore bulkImports = new BulkImportStore();
  public final DescribeImport started;
  public final StartImport starts;
  public final ListEntries lists;
  public final SearchEntries searches;
  public final DescribeStages stages;

  /// What imports measured, as `tenant name value`.
  public final List<String> measured =
      java.util.Collections.synchronizedList(new java.util.ArrayList<>());

  public TestIngest(Db db) {
    this(db, Clock.systemUTC());
  }

  public TestIngest(Db db, Clock clock) {
    this.db = db;
    create = new CreateDataSource(db, sources, index, clock);
    draft = new DraftDataSource(db, sources);
    upsert = new UpsertProperties(db, sources, new StoredConversions(entries), index, clock);
    describe = new DescribeSchema(db, sources, entries::sample);
    imports =
        new ImportEntries(
            db,
            sources,
            new SchemaCache(db, sources),
            entries,
            changes,
            index,
            (tenant, name, _, value, _) -> measured.add(tenant + " " + name + " " + (long) value),
            clock);
    started = new DescribeImport(db, bulkImports, clock);
    starts =
        new StartImport(
            db, imports, bulkImports, started, IMPORTS_RUNNING_MAX, IMPORT_BATCH, clock);
    lists = new ListEntries(db, sources, entries, index);
    searches = new SearchEntries(db, sources, index);
    stages = new DescribeStages(db, sources, entries, index, clock);
  }

  public static Caller caller(String tenant) {
    return TestKeys.everything(tenant);
  }

  /// Creates a source; properties as `id:TYPE`.
  public TestIngest source(String tenant, String id, List<String> properties) {
    var request = CreateDataSourceRequest.newBuilder().setId(id).setName(id).addLanguages("en");
    properties.forEach(property -> request.addProperties(property(property)));
    create.run(caller(tenant), request.build());
    return this;
  }

  public TestIngest source(String id) {
    return source("acme", id, PROPERTIES);
  }

  public static PropertyInput property(String idAndType) {
    String[] parts = idAndType.split(":");
    var input =
        PropertyInput.newBuilder()
            .setId(parts[0])
            .setType(PropertyType.valueOf("PROPERTY_TYPE_" + parts[1]));
    if (parts.length > 2) input.setDelimiter(parts[2]);
    return input.build();
  }

  public static UpsertDataSourcePropertiesRequest.Builder change(
      String source, String... properties) {
    var request = UpsertDataSourcePropertiesRequest.newBuilder().setSourceId(source);
    for (String property : properties) request.addProperties(property(property));
    return request;
  }

  public static Json json(String text) {
    return Json.newBuilder().setUtf8(ByteString.copyFromUtf8(text)).build();
  }

  public static EntryInput entry(String id, String values) {
    return EntryInput.newBuilder().setId(id).setValues(json(values)).build();
  }

  public static EntryInput gone(String id) {
    return EntryInput.newBuilder().setId(id).setDelete(true).build();
  }

  public static ImportDataRequest.Builder batch(String source, EntryInput... entries) {
    return ImportDataRequest.newBuilder().setSourceId(source).addAllEntries(List.of(entries));
  }

  public ImportDataResponse load(String tenant, ImportDataRequest.Builder batch) {
    return imports.run(caller(tenant), batch.build());
  }

  public ImportDataResponse load(String source, EntryInput... entries) {
    return load("acme", batch(source, entries));
  }

  /// What is stored of an entry, tombstones too.
  public Optional<EntryRow> row(String tenant, String source, String key) {
    return db.inTx(
        tenant,
        tx ->
            Optional.ofNullable(entries.ofKeys(tx, tenant, source, List.of(key), false).get(key)));
  }

  public String values(String source, String key) {
    return row("acme", source, key).map(row -> Body.parse(row.body()).toString()).orElse("none");
  }

  public long count(String table) {
    return db.<Long>inTx(
        "acme",
        tx ->
            tx.one("SELECT count(*) AS n FROM " + table, row -> row.column("n").getLong())
                .orElseThrow());
  }

  /// Events that wait to be sent, oldest first.
  public List<EntryChanged> events() {
    return db.acrossTenants(TestIngest::events);
  }

  private static List<EntryChanged> events(Tx tx)
      throws SQLException, InvalidProtocolBufferException {
    try (var statement = tx.jdbc().prepareStatement("SELECT payload FROM outbox ORDER BY id");
        var rows = statement.executeQuery()) {
      var events = new java.util.ArrayList<EntryChanged>();
      while (rows.next()) events.add(EntryChanged.parseFrom(rows.getBytes(1)));
      return events;
    }
  }

  /// Runs the conversions to their end.
  public void convert(int batchEntries) throws SQLException {
    try (var loop =
        new ConvertValues(db, sources, entries, changes, Clock.systemUTC(), batchEntries)) {
      while (loop.once() > 0) {}
    }
  }

  /// Applies what is staged, in this thread, as far as it is due. Returns how many steps that took.
  public int applyImports() throws SQLException {
    int steps = 0;
    try (var loop = new ApplyImports(db, imports, bulkImports)) {
      while (loop.once() > 0) steps++;
    }
    return steps;
  }

  /// The problem that `call` is refused with.
  public static Problem refused(Runnable call) {
    try {
      call.run();
    } catch (ProblemException refused) {
      return refused.problem();
    }
    return Assertions.fail("nothing was refused");
  }

  /// The violations that `call` is refused with, as `path rule`.
  public static List<String> violations(Runnable call) {
    if (!(refused(call) instanceof Problem.Invalid(var violations, _))) {
      return Assertions.fail("refused for another reason");
    }
    return violations.stream().map(one -> one.path() + " " + one.rule()).toList();
  }

  /// As settings of the local stack, on free ports.
  static Map<String, String> ports() {
    return Map.of("grpc-port", "0", "admin-port", "0");
  }
}
