package io.cardloom.bench.micro;

import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Unit;
import io.cardloom.bench.suite.Benchmark;
import io.cardloom.bench.suite.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// The JMH benchmarks, each with its baseline after it, in a process of its own.
public final class Micro implements Benchmark {
  private static final String BASELINE = "Baseline";

  @Override
  public String name() {
    return "micro";
  }

  @Override
  public String summary() {
    return "JSON codec, validation, merge, diff, projection, compilation of filters; vs Jackson's tree, JsonFormat, constants";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    int rounds = setting.rounds().count();
    var options =
        new OptionsBuilder()
            .include("io\\.cardloom\\..*")
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(rounds)
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .jvmArgsAppend("-Xmx1g", "--sun-misc-unsafe-memory-access=allow")
            .build();
    var scores = new TreeMap<String, List<Double>>();
    for (var result : new Runner(options).run()) {
      scores.put(method(result), iterations(result));
    }
    var figures = new ArrayList<Figure>();
    for (var entry : scores.entrySet()) {
      var baseline = scores.get(entry.getKey() + BASELINE);
      if (baseline != null) {
        figures.add(
            Figure.of(entry.getKey(), Unit.MICROS, entry.getValue(), baseline, against(entry)));
      }
    }
    return new Report(
        name(),
        rounds,
        figures,
        List.of(),
        List.of(
            "Real products; each method and its baseline in a process of its own, a second a round."));
  }

  private static String method(RunResult result) {
    var name = result.getParams().getBenchmark();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static List<Double> iterations(RunResult result) {
    return result.getBenchmarkResults().stream()
        .flatMap(one -> one.getIterationResults().stream())
        .map(iteration -> iteration.getPrimaryResult().getScore())
        .toList();
  }

  private static String against(Map.Entry<String, List<Double>> entry) {
    return switch (entry.getKey()) {
      case "readArguments", "writeAnswer" -> "JsonFormat";
      case "validateEntries" -> "parsing alone";
      case "compileFilters" -> "text from constants";
      default -> "Jackson's tree";
    };
  }
}
