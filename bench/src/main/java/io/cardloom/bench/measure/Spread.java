package io.cardloom.bench.measure;

import java.util.List;

/// What several rounds gave.
///
/// @param least of all rounds
/// @param most of all rounds
public record Spread(double median, double least, double most) {
  /// At least one value.
  public static Spread of(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }

  /// From the least to the most, in percent of the median.
  public double percent() {
    return median == 0 ? 0 : (most - least) * 100 / median;
  }
}
