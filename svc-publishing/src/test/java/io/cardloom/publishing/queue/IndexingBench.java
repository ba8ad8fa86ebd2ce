package io.cardloom.publishing.queue;

import com.google.protobuf.ByteString;
import io.cardloom.index.CollectionId;
import io.cardloom.kit.db.CopyRows;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Wake;
import io.cardloom.kit.testing.TestServers;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.publishing.FakeCards;
import io.cardloom.publishing.Parts;
import io.cardloom.publishing.endpoint.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// Compares the two ways a changed card can become a row (docs/adr/0002-indexing-queue.md): at once
/// in the transaction that hears of it, and through the queue, with a worker that is woken. Rounds
/// alternate, so that both meet the same machine. Started by hand; a test run does not.
public final class IndexingBench {
  private static final int BATCH = 1_000;
  private static final int ROUNDS = 4;
  private static final int SINGLES = 200;
  private static final String ENQUEUE_TABLE =
      """
      CREATE TEMPORARY TABLE IF NOT EXISTS incoming (card_id text, card_version bigint, body bytea,
        accepted_at_micros bigint) ON COMMIT DELETE ROWS
      """;
  private static final String ENQUEUE =
      """
      INSERT INTO queue_item AS q
             (tenant, endpoint_id, card_id, card_version, deleted, body, accepted_at_micros, correlation_id,
              status, shown, attempts, error, enqueued_at, due_at)
      SELECT 'acme', 'shop.v1.products', card_id, card_version, false, body, accepted_at_micros, '',
             'pending', false, 0, '', now(), now()
        FROM incoming
      ON CONFLICT (tenant, endpoint_id, card_id) DO UPDATE
         SET card_version = excluded.card_version, body = excluded.body, status = 'pending',
             accepted_at_micros = excluded.accepted_at_micros, attempts = 0, enqueued_at = excluded.enqueued_at,
             due_at = excluded.due_at, finished_at = NULL
       WHERE q.card_version < excluded.card_version
      """;

  private final Parts parts;
  private final Db db;
  private long version;

  private IndexingBench(Db db) {
    this.db = db;
    this.parts = new Parts(db).served();
  }

  public static void main(String[] args) throws Exception {
    int cards = args.length == 0 ? 20_000 : Integer.parseInt(args[0]);
    DbConfig config = TestServers.freshSchema();
    try (Db db = Db.open(config, "db/kit", "db/index", "db/publishing")) {
      var bench = new IndexingBench(db);
      bench.direct(10_000);
      bench.queued(10_000);
      for (int round = 1; round <= ROUNDS; round++) {
        Cpu start = bench.cpu();
        long direct = bench.direct(cards);
        Cpu middle = bench.cpu();
        long queued = bench.queued(cards);
        Cpu end = bench.cpu();
        System.out.printf(
            "round %d, %d changes: direct %d/s (%s), queued %d/s (%s), ratio %.2f, of processor time"
                + " %.2f%n",
            round,
            cards,
            cards * 1000L / direct,
            middle.since(start, cards),
            cards * 1000L / queued,
            end.since(middle, cards),
            (double) queued / direct,
            (double) end.sinceMs(middle) / middle.sinceMs(start));
      }
      for (int round = 1; round <= ROUNDS; round++) {
        System.out.printf(
            "round %d, one change: direct %s, queued %s%n",
            round, bench.singles(false), bench.singles(true));
      }
      bench.parts.close();
    }
    System.exit(0);
  }

  /// Processor time so far, which other programs on the machine do not change much.
  private record Cpu(long jvmMs, long postgresMs) {
    long sinceMs(Cpu before) {
      return jvmMs - before.jvmMs + postgresMs - before.postgresMs;
    }

    String since(Cpu before, int cards) {
      return "%d us JVM + %d us PostgreSQL each"
          .formatted(
              (jvmMs - before.jvmMs) * 1000 / cards,
              (postgresMs - before.postgresMs) * 1000 / cards);
    }
  }

  private Cpu cpu() throws java.io.IOException {
    var jvm =
        (com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    long backend =
        db.<Long>inTx(
            "acme",
            tx ->
                tx.one(
                        "SELECT cast(pg_backend_pid() AS bigint) AS pid",
                        row -> row.column("pid").getLong())
                    .orElseThrow());
    String server = stat(Path.of("/proc/" + backend))[1];
    String[] ended = stat(Path.of("/proc/" + server));
    long ticks = Long.parseLong(ended[13]) + Long.parseLong(ended[14]);
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        String[] stat = stat(process);
        if (stat.length > 12 && stat[1].equals(server)) {
          ticks += Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
        }
      }
    }
    return new Cpu(jvm.getProcessCpuTime() / 1_000_000, ticks * 10);
  }

  /// Fields of a process after its name: state, parent, ...; 11 and 12 are user and system time in
  /// hundredths of a second, 13 and 14 those of its children that have ended.
  private static String[] stat(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    } catch (java.io.IOException _) {
      return new String[0];
    }
  }

  private List<List<CardChanged>> batches(int cards) {
    version++;
    var random = new Random(version);
    var batches = new ArrayList<List<CardChanged>>();
    for (int from = 0; from < cards; from += BATCH) {
      var batch = new ArrayList<CardChanged>(BATCH);
      for (int i = from; i < Math.min(cards, from + BATCH); i++) {
        batch.add(change(random, "v" + version + "-" + i, i));
      }
      batches.add(batch);
    }
    return batches;
  }

  private CardChanged change(Random random, String key, int card) {
    String text = "shoe red light running water proof summer ".repeat(8);
    return FakeCards.card(
        "acme",
        key,
        version,
        ("{\"brand\":\"brand-%d\",\"name\":{\"en\":\"%s%d\",\"sv\":\"%d %s\"},\"online\":%s,"
                + "\"price\":%d.5,\"released\":\"2026-01-10T00:00:00Z\",\"stock\":%d,"
                + "\"tags\":[\"t%d\",\"t%d\"]}")
            .formatted(
                random.nextInt(500),
                text,
                card,
                version,
                text,
                random.nextBoolean(),
                random.nextInt(900),
                random.nextInt(90),
                random.nextInt(40),
                random.nextInt(40)));
  }

  /// Milliseconds until all are visible.
  private long direct(int cards) {
    var batches = batches(cards);
    long began = System.nanoTime();
    for (var batch : batches) db.useTx("acme", tx -> parts.cardEvents.handle(tx, batch));
    return millis(began);
  }

  /// The same through the queue: one thread enqueues, another one works.
  private long queued(int cards) throws Exception {
    var batches = batches(cards);
    long began = System.nanoTime();
    var worker = CompletableFuture.runAsync(() -> work(cards));
    for (var batch : batches) db.useTx("acme", tx -> enqueue(tx, batch));
    worker.get();
    return millis(began);
  }

  private void work(int cards) {
    try (var wake = Wake.on(db, "queue")) {
      for (int done = 0; done < cards; ) {
        int batch = db.inTx("acme", this::workBatch);
        done += batch;
        if (batch == 0) wake.await(Duration.ofMillis(250));
      }
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private int workBatch(Tx tx) throws Exception {
    var id = new CollectionId("acme", "shop.v1.products");
    List<Endpoint> live = parts.endpoints.live(tx, List.of(id));
    var items = parts.queue.take(tx, List.of(id), Instant.now(), BATCH);
    if (!items.isEmpty()) parts.indexing.run(tx, live, items, Indexing.Source.RETRY);
    return items.size();
  }

  private static void enqueue(Tx tx, List<CardChanged> batch) throws Exception {
    tx.update(ENQUEUE_TABLE);
    var rows = CopyRows.into("incoming", "card_id", "card_version", "body", "accepted_at_micros");
    for (CardChanged card : batch) {
      ByteString body = card.getBody();
      rows.row()
          .text(card.getCardId())
          .int8(card.getVersion())
          .bytes(body.toByteArray())
          .int8(card.getAcceptedAtMicros());
    }
    tx.copy(rows);
    tx.update(ENQUEUE);
    Wake.at(tx, "queue");
  }

  /// Milliseconds of one change at a time, middle and nearly worst.
  private String singles(boolean queued) throws Exception {
    var times = new long[SINGLES];
    version++;
    var random = new Random(version);
    try (var wake = Wake.on(db, "queue")) {
      for (int i = 0; i < SINGLES; i++) {
        var one = List.of(change(random, "card-" + i, i));
        long began = System.nanoTime();
        if (queued) {
          var worker = CompletableFuture.runAsync(() -> await(wake));
          db.useTx("acme", tx -> enqueue(tx, one));
          worker.get();
        } else {
          db.useTx("acme", tx -> parts.cardEvents.handle(tx, one));
        }
        times[i] = System.nanoTime() - began;
      }
    }
    Arrays.sort(times);
    return "p50 %.1f ms p95 %.1f ms"
        .formatted(times[SINGLES / 2] / 1e6, times[SINGLES * 95 / 100] / 1e6);
  }

  private void await(Wake wake) {
    try {
      int done = 0;
      while (done == 0) {
        wake.await(Duration.ofMillis(250));
        done = db.inTx("acme", this::workBatch);
      }
    } catch (java.sql.SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static long millis(long began) {
    return Math.max(1, (System.nanoTime() - began) / 1_000_000);
  }
}
