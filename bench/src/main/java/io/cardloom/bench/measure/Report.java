package io.cardloom.bench.measure;

import static io.cardloom.bench.measure.Target.number;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What one benchmark, or several, found.
///
/// @param rounds of each figure; more than that where a note says so
/// @param notes what the figures do not say
public record Report(
    String name, int rounds, List<Figure> figures, List<Target> targets, List<String> notes) {
  public Report {
    figures = List.copyOf(figures);
    targets = List.copyOf(targets);
    notes = List.copyOf(notes);
  }

  /// The same with one more note.
  public Report and(String note) {
    var more = new ArrayList<>(notes);
    more.add(note);
    return new Report(name, rounds, figures, targets, more);
  }

  /// Tables for people.
  public String text() {
    var text = new StringBuilder();
    text.append(
        "%n%s, %d rounds%n  %-34s %12s %7s   %12s %7s  %8s  %s%n"
            .formatted(name, rounds, "", "ours", "spread", "baseline", "spread", "ratio", ""));
    for (var figure : figures) {
      text.append(
          "  %-34s %12s %6.0f%%   %12s %6.0f%%  %8s  %s%n"
              .formatted(
                  figure.name() + " (" + figure.unit().title() + ")",
                  number(figure.ours().median()),
                  figure.ours().percent(),
                  number(figure.baseline().median()),
                  figure.baseline().percent(),
                  number(figure.ratio()),
                  "vs " + figure.against()));
    }
    for (var target : targets) {
      text.append(
          "  target %-27s %12s   %-20s %s%n"
              .formatted(
                  target.name(),
                  number(target.value()),
                  target.goal(),
                  target.reached() ? "reached" : "MISSED"));
    }
    notes.forEach(note -> text.append("  ").append(note).append(System.lineSeparator()));
    return text.toString();
  }

  /// `{name, rounds, figures: {...: {ours, baseline, ratio, ...}}, targets: {...: {goal, reached,
  /// value}}}`.
  public ObjectNode json() {
    var json = JsonNodeFactory.instance.objectNode().put("name", name).put("rounds", rounds);
    var all = json.putObject("figures");
    for (var figure : figures) {
      all.putObject(figure.name())
          .put("ours", rounded(figure.ours().median()))
          .put("baseline", rounded(figure.baseline().median()))
          .put("ratio", rounded(figure.ratio()))
          .put("unit", figure.unit().title())
          .put("oursSpreadPercent", rounded(figure.ours().percent()))
          .put("baselineSpreadPercent", rounded(figure.baseline().percent()))
          .put("against", figure.against());
    }
    var goals = json.putObject("targets");
    for (var target : targets) {
      goals
          .putObject(target.name())
          .put("goal", target.goal())
          .put("reached", target.reached())
          .put("value", rounded(target.value()));
    }
    return json;
  }

  /// Four digits that count.
  private static double rounded(double value) {
    return value == 0 || !Double.isFinite(value)
        ? 0
        : new java.math.BigDecimal(value).round(new java.math.MathContext(4)).doubleValue();
  }

  /// Several as one; each name with that of its benchmark before it.
  public static Report all(int rounds, List<Report> reports) {
    return new Report(
        "all",
        rounds,
        reports.stream()
            .flatMap(report ->
                report.figures.stream()
                    .map(one ->
                        new Figure(
                            report.name + "." + one.name(),
                            one.unit(),
                            one.ours(),
                            one.baseline(),
                            one.against())))
            .toList(),
        reports.stream()
            .flatMap(report ->
                report.targets.stream()
                    .map(one ->
                        new Target(
                            report.name + "." + one.name(),
                            one.goal(),
                            one.value(),
                            one.reached())))
            .toList(),
        List.of());
  }
}
