package io.cardloom.index;

import io.cardloom.embedded.EmbeddedPostgres;
import io.cardloom.index.BenchLayout.Ask;
import io.cardloom.index.BenchLayout.Sample;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.DbConfig;
import io.cardloom.kit.db.Sql;
import io.cardloom.kit.db.Tx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Measures physical layouts of the document index side by side on a durable PostgreSQL; the
/// figures are in docs/adr/0001-index-layout.md.
///
/// Layouts take turns batch by batch and question by question, so that whatever else the machine
/// does falls on all alike. Processor time is that of the layout's own database process.
///
/// Arguments: a catalogue (`products.ndjson.gz`) or a number of generated documents; the layouts,
/// such as `copy,adapter,columns,terms`; the most seconds of questions; `built` to build indexes
/// after loading and measure inserts from there on.
public final class LayoutBench {
  private static final int BATCH = 1_000;

  /// A machine too busy to load everything in this time measures with what it has.
  private static final Duration LOAD_MOST = Duration.ofMinutes(30);

  /// Batches written after the indexes are built.
  private static final int LATE_BATCHES = 5;

  private static final int ROUNDS_MAX = 300;
  private static final int WARM_ROUNDS = 2;

  /// A layout on a connection of its own.
  private static final class Lane {
    final String name;
    final BenchLayout layout;
    final Db db;
    final List<Double> insertMillis = new ArrayList<>();
    final List<Double> insertCpu = new ArrayList<>();
    final List<Double> replaceMillis = new ArrayList<>();
    final List<Double> replaceCpu = new ArrayList<>();
    final List<Double> oneMillis = new ArrayList<>();
    final Map<Ask, Long> asked = new EnumMap<>(Ask.class);
    final Map<Ask, List<Double>> askMillis = new EnumMap<>(Ask.class);
    final Map<Ask, List<Double>> askCpu = new EnumMap<>(Ask.class);

    Lane(String name, boolean built, String url) {
      this.name = name;
      var asItIs =
          switch (name) {
            case "copy" -> new BenchLayout.Copy();
            case "columns" -> new BenchLayout.Columns();
            case "terms" -> new BenchLayout.Terms();
            case "adapter", "unsorted", "uninverted", "pending1", "pending16" ->
                new BenchLayout.Adapter(name);
            default -> throw new IllegalArgumentException("no layout " + name);
          };
      this.layout = built ? new BenchLayout.Built(asItIs) : asItIs;
      db = Db.open(new DbConfig(url, "postgres", "", "bench_" + name, 2), "db/index");
    }

    void write(List<Document> batch, List<Double> millis, List<Double> cpu) {
      long before = System.nanoTime();
      cpu.add(
          db.inTx(
              "acme",
              tx -> {
                long pid = pid(tx);
                long cpuBefore = Cpu.nanos(pid);
                layout.apply(tx, batch);
                return (Cpu.nanos(pid) - cpuBefore) / 1e6;
              }));
      millis.add((System.nanoTime() - before) / 1e6);
    }

    void ask(Ask ask, Sample sample, boolean count) {
      long before = System.nanoTime();
      double cpu =
          db.inTx(
              "acme",
              tx -> {
                long pid = pid(tx);
                long cpuBefore = Cpu.nanos(pid);
                return layout.ask(tx, ask, sample) < 0 ? -1 : (Cpu.nanos(pid) - cpuBefore) / 1e6;
              });
      long nanos = System.nanoTime() - before;
      asked.merge(ask, nanos, Long::sum);
      if (cpu < 0 || !count) return;
      askMillis.computeIfAbsent(ask, _ -> new ArrayList<>()).add(nanos / 1e6);
      askCpu.computeIfAbsent(ask, _ -> new ArrayList<>()).add(cpu);
    }

    /// The process behind this transaction: a pool changes its connections in a long run.
    private static long pid(Tx tx) throws SQLException {
      return new Sql()
          .add("SELECT pg_backend_pid()")
          .list(tx.jdbc(), row -> row.getLong(1))
          .getFirst();
    }
  }

  private LayoutBench() {}

  public static void main(String[] arguments) throws Exception {
    BenchCorpus corpus =
        arguments[0].matches("[0-9]+")
            ? BenchCorpus.generated(Integer.parseInt(arguments[0]))
            : BenchCorpus.catalogue(Path.of(arguments[0]));
    var asking = Duration.ofSeconds(Integer.parseInt(arguments[2]));
    Path folder = Files.createTempDirectory("cardloom-layout-bench");
    try (var server = EmbeddedPostgres.start(folder, 0, true)) {
      var lanes = new ArrayList<Lane>();
      boolean built = arguments.length > 3 && arguments[3].equals("built");
      for (String name : arguments[1].split(","))
        lanes.add(new Lane(name, built, server.jdbcUrl()));
      System.out.printf(
          "%s: %d documents, %d properties, %d bytes a body%n",
          corpus.name(),
          corpus.size(),
          corpus.properties().size(),
          (int)
              corpus.batch(0, 1_000, 1).stream()
                  .mapToInt(one -> one.body().toJson().length)
                  .average()
                  .orElse(0));
      for (Lane lane : lanes) {
        lane.db.useTx(
            "acme",
            tx ->
                tx.asOwner(_ -> {
                  try {
                    lane.layout.create(tx, corpus.properties());
                  } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                  }
                }));
      }
      load(corpus, lanes);
      print(lanes, false);
      for (Lane lane : lanes) {
        lane.db.useTx(tx -> tx.asOwner(owner -> owner.execute("ANALYZE")));
      }
      questions(corpus, lanes, asking);
      print(lanes, true);
      lanes.forEach(lane -> lane.db.close());
    } finally {
      try (var files = Files.walk(folder)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  /// Everything once, then the indexes that were left for later, then more, then some in a second
  /// version, and single documents.
  private static void load(BenchCorpus corpus, List<Lane> lanes) {
    long end = System.nanoTime() + LOAD_MOST.toNanos();
    boolean built = lanes.getFirst().layout instanceof BenchLayout.Built;
    int bulk = built ? corpus.size() - LATE_BATCHES * BATCH : corpus.size();
    int loaded = write(corpus, lanes, 0, bulk, end);
    if (built) {
      for (Lane lane : lanes) {
        long before = System.nanoTime();
        lane.db.useTx(tx -> tx.asOwner(_ -> ((BenchLayout.Built) lane.layout).build(tx)));
        System.out.printf(
            "%s: indexes built in %d s%n", lane.name, (System.nanoTime() - before) / 1_000_000_000);
        lane.insertMillis.clear();
        lane.insertCpu.clear();
      }
      loaded = write(corpus, lanes, loaded, loaded + LATE_BATCHES * BATCH, Long.MAX_VALUE);
    }
    System.out.println(loaded + " documents loaded");
    for (int i = 0; i < Math.min(built ? LATE_BATCHES : 20, corpus.size() / BATCH); i++) {
      int from = i * (corpus.size() / BATCH / 20 + 1) % (corpus.size() / BATCH) * BATCH;
      var batch = corpus.batch(from, from + BATCH, 2);
      for (Lane lane : turns(lanes, i)) lane.write(batch, lane.replaceMillis, lane.replaceCpu);
    }
    for (int i = 0; i < 200; i++) {
      int at = i * 211 % corpus.size();
      var one = corpus.batch(at, at + 1, 3);
      for (Lane lane : turns(lanes, i)) lane.write(one, lane.oneMillis, new ArrayList<>());
    }
  }

  private static int write(BenchCorpus corpus, List<Lane> lanes, int from, int to, long end) {
    int at = from;
    while (at < to && System.nanoTime() < end) {
      var batch = corpus.batch(at, at + BATCH, 1);
      for (Lane lane : turns(lanes, at)) lane.write(batch, lane.insertMillis, lane.insertCpu);
      at = Math.min(corpus.size(), at + BATCH);
    }
    return at;
  }

  private static void questions(BenchCorpus corpus, List<Lane> lanes, Duration most) {
    var random = new Random(7);
    long end = System.nanoTime() + most.toNanos();
    long share = most.toNanos() / (lanes.size() * Ask.values().length);
    for (int round = 0; round < ROUNDS_MAX && System.nanoTime() < end; round++) {
      Body body = corpus.document().apply(random.nextInt(corpus.size())).body();
      String name = text(body, "name");
      var sample =
          new Sample(
              text(body, "category"),
              text(body, "manufacturer"),
              String.join(" ", List.of(name.split(" ")).subList(0, name.contains(" ") ? 2 : 1)));
      for (Ask ask : Ask.values()) {
        for (Lane lane : turns(lanes, round)) {
          // A slow question takes its share of the time and no more.
          if (lane.asked.getOrDefault(ask, 0L) < share) lane.ask(ask, sample, round >= WARM_ROUNDS);
        }
      }
    }
  }

  private static String text(Body body, String property) {
    return body.slot(property) instanceof Body.Slot.Plain(var json)
            && JsonText.text(json) instanceof String text
        ? text
        : "none";
  }

  /// The lanes, each time another first.
  private static List<Lane> turns(List<Lane> lanes, int turn) {
    var turned = new ArrayList<>(lanes);
    java.util.Collections.rotate(turned, turn % lanes.size());
    return turned;
  }

  private static void print(List<Lane> lanes, boolean asked) {
    System.out.printf("%-34s", "");
    lanes.forEach(lane -> System.out.printf("%26s", lane.name));
    System.out.println();
    row("insert 1,000: ms p50, cpu p50", lanes, lane -> pair(lane.insertMillis, lane.insertCpu));
    row(
        "insert, all: docs/s, mean cpu ms",
        lanes,
        lane ->
            "%.0f / %.1f".formatted(1_000 * BATCH / mean(lane.insertMillis), mean(lane.insertCpu)));
    row("replace 1,000: ms p50, cpu p50", lanes, lane -> pair(lane.replaceMillis, lane.replaceCpu));
    row(
        "one document: ms p50, p99",
        lanes,
        lane ->
            "%.2f / %.2f"
                .formatted(percentile(lane.oneMillis, 50), percentile(lane.oneMillis, 99)));
    for (Ask ask : asked ? Ask.values() : new Ask[0]) {
      row(
          ask.name().toLowerCase(java.util.Locale.ROOT) + ": ms p50, cpu p50 p99",
          lanes,
          lane -> {
            var millis = lane.askMillis.getOrDefault(ask, List.of());
            return millis.isEmpty()
                ? "-"
                : "%.1f / %.1f %.1f"
                    .formatted(
                        percentile(millis, 50),
                        percentile(lane.askCpu.getOrDefault(ask, List.of()), 50),
                        percentile(lane.askCpu.getOrDefault(ask, List.of()), 99));
          });
    }
    row("MB on disk: all, indexes", lanes, LayoutBench::size);
  }

  private static void row(
      String what, List<Lane> lanes, java.util.function.Function<Lane, String> cell) {
    System.out.printf("%-34s", what);
    lanes.forEach(lane -> System.out.printf("%26s", cell.apply(lane)));
    System.out.println();
  }

  private static String pair(List<Double> millis, List<Double> cpu) {
    return "%.1f / %.1f".formatted(percentile(millis, 50), percentile(cpu, 50));
  }

  private static String size(Lane lane) {
    return lane.db
        .inTx(
            "acme",
            tx ->
                new Sql()
                    .add(
                        """
                        SELECT sum(pg_total_relation_size(c.oid)) / 1000000, sum(pg_indexes_size(c.oid)) / 1000000
                          FROM pg_class AS c
                         WHERE relkind = 'r' AND relname LIKE ? AND relnamespace = cast(? as regnamespace)
                        """,
                        lane.layout.tables(),
                        lane.db.schema())
                    .list(tx.jdbc(), row -> "%d / %d".formatted(row.getLong(1), row.getLong(2))))
        .getFirst();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  private static double percentile(List<Double> values, int percent) {
    if (values.isEmpty()) return Double.NaN;
    var sorted = values.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }
}
