package io.cardloom.local.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.local.catalogue.Kind;
import io.cardloom.local.catalogue.SourceSchema;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.mcp.ToolFailed;
import io.cardloom.local.rows.RowReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadFileTest {
  private static final SourceSchema SCHEMA =
      new SourceSchema(Set.of("en"), Map.of("price", Kind.DECIMAL));

  @Test
  void rowsGoInBatchesAndAllArrive() throws IOException {
    try (var server = new ToolServer()) {
      var report = new LoadReport();
      var settled = new ArrayList<Long>();
      load(server, numbered(3500), report, settled::add, 0);
      assertThat(server.batches())
          .hasSize(4)
          .allSatisfy(ids -> assertThat(ids).hasSizeLessThanOrEqualTo(1000));
      assertThat(server.stored()).hasSize(3500);
      assertThat(server.mostAtOnce()).isLessThanOrEqualTo(LoadFile.ON_THEIR_WAY_MAX);
      assertThat(report.created()).isEqualTo(3500);
      assertThat(settled).isSorted().last().isEqualTo(3500L);
    }
  }

  @Test
  void rowsOfOneKeyArriveInTheirOrder() throws IOException {
    var text =
        IntStream.range(0, 60)
            .mapToObj(i -> "{\"id\":\"" + (i % 3) + "\",\"price\":" + i + "}")
            .collect(Collectors.joining("\n"));
    try (var server = new ToolServer()) {
      load(server, text, new LoadReport(), _ -> {}, 0);
      assertThat(server.stored())
          .hasToString("{0={\"price\":57}, 1={\"price\":58}, 2={\"price\":59}}");
      assertThat(server.batches()).allSatisfy(ids -> assertThat(ids).doesNotHaveDuplicates());
    }
  }

  @Test
  void badRowsAreNamedByLineAndTheRestIsStored() throws IOException {
    var text =
        """
        {"id":"a","price":1}
        not json
        {"price":2}
        {"id":"has space"}
        {"id":"refused","price":3}
        {"id":"b","price":4}
        """;
    try (var server = new ToolServer()) {
      server.refuse("refused"::equals);
      var report = new LoadReport();
      var settled = new ArrayList<Long>();
      load(server, text, report, settled::add, 0);
      assertThat(server.stored()).containsOnlyKeys("a", "b");
      assertThat(report.bad()).extracting(LoadReport.BadRow::line).containsExactly(2L, 3L, 4L, 5L);
      assertThat(report.bad().getLast().why()).contains("price").contains("must be a number");
      assertThat(settled).last().isEqualTo(6L);
    }
  }

  @Test
  void aServiceThatIsAwayIsWaitedFor() throws IOException {
    try (var server = new ToolServer()) {
      server.away(2);
      load(server, numbered(10), new LoadReport(), _ -> {}, 0);
      assertThat(server.stored()).hasSize(10);
    }
  }

  @Test
  void aRunThatStoppedGoesOnWhereItWas(@TempDir Path dir) throws IOException {
    var point = new ResumePoint(dir, "demo", "prices", "0".repeat(64));
    try (var server = new ToolServer()) {
      server.dieAfter(2);
      assertThatThrownBy(() -> load(server, numbered(5000), new LoadReport(), point, 0))
          .isInstanceOf(ToolFailed.class);
      assertThat(point.linesDone()).isBetween(0L, 2000L);
      server.dieAfter(Integer.MAX_VALUE);
      long before = point.linesDone();
      var report = new LoadReport();
      load(server, numbered(5000), report, point, before);
      assertThat(server.stored()).hasSize(5000);
      assertThat(report.rowsSeen()).isEqualTo(5000 - before);
      assertThat(point.linesDone()).isEqualTo(5000);
      point.done();
      assertThat(new ResumePoint(dir, "demo", "prices", "0".repeat(64)).linesDone()).isZero();
    }
  }

  @Test
  void onlyALineWithoutAGapBeforeItIsSettled() {
    var settled = new ArrayList<Long>();
    var order = new SettledOrder(settled::add);
    var numbers = List.of(order.next(), order.next(), order.next());
    order.settled(numbers.get(2), 30);
    assertThat(settled).isEmpty();
    order.settled(numbers.get(0), 10);
    assertThat(settled).containsExactly(10L);
    order.settled(numbers.get(1), 20);
    assertThat(settled).containsExactly(10L, 30L);
  }

  private static String numbered(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"id\":\"k" + i + "\",\"price\":" + i + "}")
        .collect(Collectors.joining("\n"));
  }

  private static void load(
      ToolServer server, String text, LoadReport report, Confirmed confirmed, long linesDone)
      throws IOException {
    var target = new LoadFile.Target("prices", SCHEMA, List.of("id"), false);
    var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    try (var mcp = new McpClient(server.url(), () -> "token");
        var rows = RowReader.ndjson(bytes, false)) {
      new LoadFile(mcp, target, report, confirmed).run(rows, linesDone);
    }
  }
}
