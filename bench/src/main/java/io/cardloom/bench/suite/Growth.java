package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds;
import io.cardloom.bench.measure.Target;
import io.cardloom.bench.measure.Unit;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Pipeline;
import io.cardloom.local.demo.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What each thing costs when there is ten times more: one pipeline that grows to 10,000, 100,000
/// and 1,000,000 rows. At each size, rounds of 2,000 further entries until they are visible, of
/// single changes, and of searches; the baseline is the smallest size. At the end everything is
/// recomputed and compared.
public final class Growth implements Benchmark {
  private static final int ROWS = 100_000;
  private static final int SMALLEST = 10_000;
  private static final int MORE = 2_000;
  private static final int CHANGES = 20;
  private static final int CALLS = 100;

  /// Flat is: no more than this much of the smallest.
  private static final double FLAT = 1.5;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String summary() {
    return "cost of a row, a change and a search at 10k, 100k and (--rows 1000000) 1M rows; vs the same at 10k";
  }

  /// What was seen at one size, round by round.
  private record Size(
      int rows,
      List<Double> microsPerRow,
      List<Times> changes,
      List<Times> plain,
      List<Times> faceted,
      double loadPerSecond,
      long memoryMb) {}

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = Math.max(SMALLEST, setting.rows(ROWS));
    try (var stack = setting.stack();
        var mcp = stack.mcp(BenchStack.WORKSPACE)) {
      var pipeline = Pipeline.live(mcp, setting.corpus(), "g");
      var sizes = new ArrayList<Size>();
      int there = 0;
      for (int size = SMALLEST; size <= rows; size *= 10) {
        long began = System.nanoTime();
        int added = size - there;
        pipeline.load(there, size);
        pipeline.awaitVisible(size);
        stack.awaitInverted();
        double perSecond = added * 1e9 / (System.nanoTime() - began);
        System.err.printf("  %,d rows are visible, %,.0f a second%n", size, perSecond);
        there = size;
        sizes.add(measured(setting.rounds(), pipeline, size, perSecond, stack));
        there += (setting.rounds().count() + setting.rounds().warmUp()) * MORE;
      }
      var differences = stack.verified();
      var notes = new ArrayList<String>();
      for (var size : sizes) {
        notes.add(
            "%,d rows: loaded at %,.0f rows/s, %,d MB"
                .formatted(size.rows, size.loadPerSecond, size.memoryMb));
      }
      notes.add(
          "verify: %,d compared, %,d differ"
              .formatted(differences.comparedCount(), differences.count()));
      return report(setting.rounds(), sizes, differences.count(), notes);
    }
  }

  private static Size measured(
      Rounds rounds, Pipeline pipeline, int size, double perSecond, BenchStack stack)
      throws Exception {
    var searches = pipeline.searches();
    var micros = new ArrayList<Double>();
    var changes = new ArrayList<Times>();
    var plain = new ArrayList<Times>();
    var faceted = new ArrayList<Times>();
    int stock = size;
    for (int round = 0; round < rounds.warmUp() + rounds.count(); round++) {
      int from = size + round * MORE;
      long began = System.nanoTime();
      pipeline.load(from, from + MORE);
      pipeline.awaitVisible(from, from + MORE);
      double perRow = (System.nanoTime() - began) / 1e3 / MORE;
      var histogram = new org.HdrHistogram.Histogram(3);
      for (int i = 0; i < CHANGES; i++)
        histogram.recordValue(pipeline.change((int) (++stock * 7_919L % size), stock));
      var aPlain = Times.of(1, CALLS, _ -> searches.endpoint(searches.plain()));
      var aFaceted = Times.of(1, CALLS, _ -> searches.endpoint(searches.faceted()));
      if (round < rounds.warmUp()) continue;
      micros.add(perRow);
      changes.add(new Times(histogram, 0));
      plain.add(aPlain);
      faceted.add(aFaceted);
    }
    return new Size(
        size,
        micros,
        changes,
        plain,
        faceted,
        perSecond,
        Memory.ofTreeMb(stack.state().supervisorPid()));
  }

  private Report report(Rounds rounds, List<Size> sizes, long differences, List<String> notes) {
    var figures = new ArrayList<Figure>();
    var targets = new ArrayList<Target>();
    var least = sizes.getFirst();
    for (var size : sizes.subList(1, sizes.size())) {
      var at = "%,d rows: ".formatted(size.rows);
      var row = Figure.of(at + "a new row", Unit.MICROS, size.microsPerRow, least.microsPerRow, AT);
      figures.add(row);
      figures.add(millis(at + "a change, p50", 50, size, least, Size::changes));
      var plain = millis(at + "filters + sort, p99", 99, size, least, Size::plain);
      var faceted = millis(at + "with 5 facets, p99", 99, size, least, Size::faceted);
      figures.add(plain);
      figures.add(faceted);
      if (size.rows >= Search.LARGE) {
        targets.add(
            Target.atMost(plain.name(), Search.PLAIN_LARGE_MAX, "ms", plain.ours().median()));
        targets.add(
            Target.atMost(faceted.name(), Search.FACETED_LARGE_MAX, "ms", faceted.ours().median()));
      }
      targets.add(Target.atMost(at + "a new row", FLAT, "of 10k", row.ratio()));
    }
    targets.add(Target.atMost("differences", 0, "rows", differences));
    return new Report(name(), rounds.count(), figures, targets, notes);
  }

  private static final String AT = "at 10,000";

  private static Figure millis(
      String name, double percentile, Size size, Size least, Function<Size, List<Times>> what) {
    return Figure.of(
        name,
        Unit.MILLIS,
        what.apply(size).stream().map(one -> one.millis(percentile)).toList(),
        what.apply(least).stream().map(one -> one.millis(percentile)).toList(),
        AT);
  }
}
