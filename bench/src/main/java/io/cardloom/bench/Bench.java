package io.cardloom.bench;

import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds;
import io.cardloom.bench.measure.StealTime;
import io.cardloom.bench.micro.Micro;
import io.cardloom.bench.stack.Corpus;
import io.cardloom.bench.suite.Benchmark;
import io.cardloom.bench.suite.EndToEnd;
import io.cardloom.bench.suite.Growth;
import io.cardloom.bench.suite.Import;
import io.cardloom.bench.suite.Latency;
import io.cardloom.bench.suite.McpOverhead;
import io.cardloom.bench.suite.MemoryUse;
import io.cardloom.bench.suite.Point;
import io.cardloom.bench.suite.Rebuild;
import io.cardloom.bench.suite.Search;
import io.cardloom.bench.suite.Setting;
import io.cardloom.bench.suite.Startup;
import io.cardloom.bench.suite.ToolsList;
import io.cardloom.local.Home;
import io.cardloom.local.Refusal;
import io.cardloom.local.stack.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./cardloom bench`: measures this machine's Cardloom against baselines in the same run.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Run one benchmark, or all that take minutes, each on a stack of its own with empty data.",
      "Whatever is measured takes turns with its baseline in every round."
    })
public final class Bench implements Callable<Integer> {
  private static final List<Benchmark> ALL =
      List.of(
          new Import(),
          new EndToEnd(),
          new Latency(),
          new Search(),
          new Point(),
          new McpOverhead(),
          new ToolsList(),
          new Rebuild(),
          new Startup(),
          new MemoryUse(),
          new Growth(),
          new Micro());

  /// By then the second compiler has done most of its work.
  private static final int WARM_UP = 20;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Which; all where not given. See --list.")
  @Nullable String name;

  @Option(names = "--list", description = "Tell what there is.")
  boolean list;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "How many rows; each has its own usual number.")
  @Nullable Integer rows;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "" + Rounds.MIN,
      description = "Rounds that count; at least " + Rounds.MIN + ".")
  int rounds = Rounds.MIN;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "" + WARM_UP,
      description = "How long the rounds before those that count take at least.")
  int warmUp = WARM_UP;

  @Option(names = "--json", description = "Print everything as one JSON object on the last line.")
  boolean json;

  @Option(
      names = "--port-base",
      defaultValue = "" + Ports.BASE,
      description = "First of the ports. ${DEFAULT-VALUE} where not given.")
  int portBase = Ports.BASE;

  /// Ends the process with 0, 1 for what a person can put right, or 2 for wrong usage. A missed
  /// target is a finding, no failure.
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Bench())
            .setExecutionExceptionHandler((failure, line, _) -> {
              if (failure instanceof Refusal || failure instanceof IllegalArgumentException) {
                line.getErr().println("cardloom: " + failure.getMessage());
              } else {
                failure.printStackTrace(line.getErr());
              }
              return 1;
            })
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      ALL.forEach(one -> System.out.printf("%-14s %s%n", one.name(), one.summary()));
      return 0;
    }
    if (rows != null && rows < 1) {
      throw new Refusal("--rows is at least 1.");
    }
    if (warmUp < 0) {
      throw new Refusal("--warm-up is at least 0.");
    }
    var setting =
        new Setting(
            Home.ofProcess(),
            portBase,
            Corpus.read(),
            rows == null ? OptionalInt.empty() : OptionalInt.of(rows),
            new Rounds(1, Duration.ofSeconds(warmUp), rounds));
    var reports = new ArrayList<Report>();
    for (var one : chosen()) {
      System.err.println(one.name() + ": " + one.summary());
      var before = StealTime.now();
      var found = one.run(setting);
      var report =
          before
              .flatMap(then -> StealTime.now().flatMap(now -> now.note(then)))
              .map(found::and)
              .orElse(found);
      System.out.print(report.text());
      reports.add(report);
    }
    if (json) {
      var whole = reports.size() == 1 ? reports.getFirst() : Report.all(rounds, reports);
      System.out.println(whole.json());
    }
    return 0;
  }

  private List<Benchmark> chosen() {
    if (name == null) return ALL;
    return List.of(
        ALL.stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new Refusal(
                    "There is no benchmark "
                        + name
                        + ". There are "
                        + ALL.stream().map(Benchmark::name).collect(Collectors.joining(", "))
                        + ".")));
  }
}
