package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Report;

/// Something to measure, with its baseline beside it in the same run.
public interface Benchmark {
  /// As the command line takes it.
  String name();

  /// What it measures, against what.
  String summary();

  Report run(Setting setting) throws Exception;
}
