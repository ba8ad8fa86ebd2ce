package io.cardloom.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MeasureTest {
  @ParameterizedTest
  @CsvSource({
    "5, 5, 5, 5, 0",
    "1 2 9, 2, 1, 9, 400",
    "9 1 2, 2, 1, 9, 400",
    "1 2 3 4, 2.5, 1, 4, 120",
    "0 0, 0, 0, 0, 0"
  })
  void aSpreadIsTheMedianAndTheEnds(
      String values, double median, double least, double most, double percent) {
    var spread = Spread.of(List.of(values.split(" ")).stream().map(Double::valueOf).toList());
    assertThat(spread).isEqualTo(new Spread(median, least, most));
    assertThat(spread.percent()).isEqualTo(percent);
  }

  /// Every round begins with another one; what warms up does not count.
  @Test
  void tasksTakeTurns() throws Exception {
    var order = new ArrayList<String>();
    var tasks = new LinkedHashMap<String, Rounds.Task<Integer>>();
    for (var name : List.of("a", "b", "c")) {
      tasks.put(
          name,
          () -> {
            order.add(name);
            return order.size();
          });
    }
    var results = new Rounds(1, Duration.ZERO, 5).run(tasks);
    assertThat(String.join("", order)).isEqualTo("abc" + "bca" + "cab" + "abc" + "bca" + "cab");
    assertThat(results.of("a")).containsExactly(6, 8, 10, 15, 17);
    assertThatThrownBy(() -> results.of("d")).hasMessageContaining("no task d");
  }

  @ParameterizedTest
  @CsvSource({
    "cpu  10 0 10 70 0 0 0 10 5 0, cpu  20 0 20 140 0 0 0 20 9 0, 10 %",
    "cpu  10 0 10 70 0 0 0 10 5 0, cpu  20 0 20 240 0 0 0 11 5 0, ''",
    "cpu  10 0 10 70, cpu  20 0 20 240, ''"
  })
  void whatTheHostTookIsSaidWhereItIsMuch(String before, String after, String said) {
    var note = StealTime.parse(after).note(StealTime.parse(before)).orElse("");
    if (said.isEmpty()) assertThat(note).isEmpty();
    else assertThat(note).contains(said);
  }

  @Test
  void fewerThanFiveRoundsAreRefused() {
    assertThatThrownBy(() -> new Rounds(1, Duration.ZERO, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReportSaysRatiosAndWhatIsReached() {
    var slow =
        Figure.of("import", Unit.ROWS_PER_SECOND, List.of(10.0, 20.0), List.of(60.0, 90.0), "COPY");
    var report =
        new Report(
            "import",
            5,
            List.of(slow),
            List.of(
                Target.atLeast("ratio", 0.25, "of COPY", slow.ratio()),
                Target.atMost("time", 3, "s", 2.5)),
            List.of());
    assertThat(report.json())
        .hasToString(
            "{\"name\":\"import\",\"rounds\":5,\"figures\":{\"import\":{\"ours\":15.0,\"baseline\":75.0,\"ratio\":0.2,\"unit\":\"rows/s\","
                + "\"oursSpreadPercent\":66.67,\"baselineSpreadPercent\":40.0,\"against\":\"COPY\"}},"
                + "\"targets\":{\"ratio\":{\"goal\":\">= 0.250 of COPY\",\"reached\":false,\"value\":0.2},"
                + "\"time\":{\"goal\":\"<= 3.00 s\",\"reached\":true,\"value\":2.5}}}");
    assertThat(report.text()).contains("MISSED", "reached", "vs COPY");
    assertThat(Report.all(5, List.of(report, report)).figures())
        .extracting(Figure::name)
        .containsOnly("import.import");
  }
}
