package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Unit;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// How long single calls took in one round, and how many a second there were.
record Times(Histogram nanos, double perSecond) {
  /// Calls one after the other, or from several clients at once.
  ///
  /// @param call told the number of the call
  static Times of(int clients, int calls, IntConsumer call) throws Exception {
    var nanos = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(5), 3);
    var next = new AtomicInteger();
    long began = System.nanoTime();
    try (var threads = Executors.newFixedThreadPool(clients)) {
      var all =
          java.util.stream.IntStream.range(0, clients)
              .mapToObj(_ ->
                  threads.submit(() -> {
                    for (int i = next.getAndIncrement(); i < calls; i = next.getAndIncrement()) {
                      long from = System.nanoTime();
                      call.accept(i);
                      nanos.recordValue(System.nanoTime() - from);
                    }
                  }))
              .toList();
      for (var one : all) {
        one.get();
      }
    }
    return new Times(nanos, calls * 1e9 / (System.nanoTime() - began));
  }

  double millis(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }

  static Figure millis(
      String name, double percentile, List<Times> ours, List<Times> baseline, String against) {
    return Figure.of(
        name + ", p%.0f".formatted(percentile),
        Unit.MILLIS,
        ours.stream().map(one -> one.millis(percentile)).toList(),
        baseline.stream().map(one -> one.millis(percentile)).toList(),
        against);
  }

  static Figure perSecond(String name, List<Times> ours, List<Times> baseline, String against) {
    return Figure.of(
        name,
        Unit.CALLS_PER_SECOND,
        ours.stream().map(Times::perSecond).toList(),
        baseline.stream().map(Times::perSecond).toList(),
        against);
  }
}
