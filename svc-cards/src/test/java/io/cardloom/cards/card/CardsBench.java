package io.cardloom.cards.card;

import com.google.protobuf.ByteString;
import io.cardloom.cards.definition.CardProperty;
import io.cardloom.cards.definition.DefinitionId;
import io.cardloom.cards.definition.DefinitionStore;
import io.cardloom.cards.definition.Definitions;
import io.cardloom.cards.testing.Catalogue;
import io.cardloom.embedded.EmbeddedPostgres;
import io.cardloom.index.CollectionId;
import io.cardloom.index.Document;
import io.cardloom.index.DocumentIndex;
import io.cardloom.index.IndexedProperty;
import io.cardloom.index.PostgresIndex;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.db.Reads;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.Outbox;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.events.v1.EntryChanged;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Measures the event handler on a real catalogue, on a PostgreSQL that flushes every commit:
/// `CardsBench CATALOGUE.ndjson.gz [BATCH] [bare|index]`. Each round: all entries new, all with one
/// value changed, all repeated, all with only an unmapped value changed; with and without the
/// index.
public final class CardsBench {
  private static final String SOURCE = "products";

  private CardsBench() {}

  /// A baseline without an index.
  private static final class NoIndex implements DocumentIndex {
    @Override
    public void define(Tx tx, CollectionId id, List<IndexedProperty> properties) {}

    @Override
    public void drop(Tx tx, CollectionId id) {}

    @Override
    public List<String> apply(Tx tx, CollectionId id, List<Document> batch) {
      return List.of();
    }

    @Override
    public Result search(Tx tx, CollectionId id, Query query, Function<Reads, Runnable> also) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<ValueCount> values(Tx tx, CollectionId id, ValueQuery query) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Long> versions(Tx tx, CollectionId id, Collection<String> keys) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Hit> scan(Tx tx, CollectionId id, String afterKey, int limit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long count(Tx tx, CollectionId id) {
      throw new UnsupportedOperationException();
    }
  }

  public static void main(String[] args) throws IOException {
    Catalogue catalogue = Catalogue.read(Path.of(args[0]));
    int batch = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
    System.out.printf(
        "%d entries, %d properties, batches of %d%n",
        catalogue.products().size(), catalogue.types().size(), batch);
    Path folder = Files.createTempDirectory("cards-bench");
    try (var postgres = EmbeddedPostgres.start(folder, 0, true)) {
      for (int round = 1; round <= 2; round++) {
        for (boolean indexed : new boolean[] {false, true}) {
          if (args.length > 2 && indexed != args[2].equals("index")) continue;
          String schema = "bench_" + round + (indexed ? "_index" : "");
          var config = new DbConfig(postgres.jdbcUrl(), "postgres", "", schema, 4);
          try (Db db = Db.open(config, "db/kit", "db/index", "db/cards")) {
            measure(db, indexed ? new PostgresIndex() : new NoIndex(), catalogue, batch, schema);
          }
        }
      }
    }
  }

  private static void measure(
      Db db, DocumentIndex index, Catalogue catalogue, int batch, String label) {
    var properties = new ArrayList<CardProperty>();
    catalogue
        .types()
        .forEach((id, type) -> properties.add(new CardProperty(id, id, SOURCE, id, type)));
    properties.removeIf(property -> property.identifier().equals("release_year"));
    Definitions.live(
        db,
        index,
        Definitions.draft(new DefinitionId("acme", "cards"), List.of(SOURCE), properties));
    var build = new BuildCards(new DefinitionStore(), new CardStore(), index, new Outbox());
    run(db, build, events(catalogue, 1, "", ""), batch, label + " new");
    run(db, build, events(catalogue, 2, "variant", "\"changed\""), batch, label + " changed");
    run(db, build, events(catalogue, 2, "variant", "\"changed\""), batch, label + " repeated");
    run(db, build, events(catalogue, 3, "variant", "\"changed\""), batch, label + " unmapped");
  }

  private static List<EntryChanged> events(
      Catalogue catalogue, long version, String property, String json) {
    var events = new ArrayList<EntryChanged>(catalogue.products().size());
    for (Catalogue.Product product : catalogue.products()) {
      var body =
          property.isEmpty()
              ? product.body()
              : product
                  .body()
                  .merge(
                      io.cardloom.index.Body.parse(
                          ("{\"" + property + "\":" + json + "}")
                              .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      events.add(
          EntryChanged.newBuilder()
              .setTenant("acme")
              .setSourceId(SOURCE)
              .setEntryId(product.key())
              .setVersion(version)
              .setBody(ByteString.copyFrom(body.toJson()))
              .setAcceptedAtMicros(1_795_000_000_000_000L + version)
              .setCorrelationId("bench")
              .build());
    }
    return events;
  }

  /// Prints the rate, and what a card costs in CPU time here and in the server: that figure holds
  /// on a busy machine too.
  private static void run(
      Db db, BuildCards build, List<EntryChanged> events, int batch, String label) {
    Duration serverBefore = serverCpu(db);
    long own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long start = System.nanoTime();
    for (int from = 0; from < events.size(); from += batch) {
      var part = events.subList(from, Math.min(from + batch, events.size()));
      db.useTx("acme", tx -> build.run(tx, Lane.BULK, part.stream().map(EntryChange::of).toList()));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - own;
    Duration server = serverCpu(db).minus(serverBefore);
    System.out.printf(
        "%-24s %8.0f cards/s   CPU a card: %4.0f us here, %4.0f us in PostgreSQL%n",
        label,
        events.size() / seconds,
        own / 1e3 / events.size(),
        server.toNanos() / 1e3 / events.size());
    db.useTx(tx -> tx.asOwner(owner -> owner.execute("TRUNCATE outbox")));
  }

  /// CPU time of all processes of the server so far.
  private static Duration serverCpu(Db db) {
    long backend =
        db.<Long>inTx(
            "acme",
            tx ->
                tx.one(
                        "SELECT cast(pg_backend_pid() AS bigint) AS pid",
                        row -> row.column("pid").getLong())
                    .orElseThrow());
    return ProcessHandle.of(backend)
        .flatMap(ProcessHandle::parent)
        .orElseThrow()
        .children()
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
