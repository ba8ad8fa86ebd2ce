package io.cardloom.bench.measure;

import java.util.List;

/// One thing measured, and what it is held against.
///
/// @param name key in the report
/// @param against what the baseline is
public record Figure(String name, Unit unit, Spread ours, Spread baseline, String against) {
  public static Figure of(
      String name, Unit unit, List<Double> ours, List<Double> baseline, String against) {
    return new Figure(name, unit, Spread.of(ours), Spread.of(baseline), against);
  }

  /// Ours as a part of the baseline, median by median.
  public double ratio() {
    return baseline.median() == 0 ? 0 : ours.median() / baseline.median();
  }
}
