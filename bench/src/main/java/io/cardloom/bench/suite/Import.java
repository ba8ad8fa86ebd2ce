package io.cardloom.bench.suite;

import com.google.protobuf.ByteString;
import io.cardloom.bench.measure.Figure;
import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.measure.Target;
import io.cardloom.bench.measure.Unit;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Corpus;
import io.cardloom.bench.stack.Pipeline;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Rows that are accepted and durable, with history, search index and events, in batches of 1,000.
public final class Import implements Benchmark {
  private static final int ROWS = 10_000;
  private static final Duration CALL_WAIT = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "import";
  }

  @Override
  public String summary() {
    return "rows accepted by MCP and by gRPC; vs COPY of the same rows into one table";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = setting.rows(ROWS);
    var corpus = setting.corpus();
    try (var stack = setting.stack();
        var mcp = stack.mcp(BenchStack.WORKSPACE);
        var ingest = stack.peer("svc-ingest");
        var database = stack.database()) {
      var names = new AtomicInteger();
      var raw = new RawTable(database, "entry");
      var tasks = new LinkedHashMap<String, Task<Double>>();
      tasks.put(
          "mcp",
          () -> {
            var pipeline = new Pipeline(mcp, corpus, "m" + names.incrementAndGet());
            return perSecond(stack, pipeline, rows, () -> pipeline.load(0, rows));
          });
      tasks.put(
          "grpc",
          () -> {
            var pipeline = new Pipeline(mcp, corpus, "g" + names.incrementAndGet());
            return perSecond(
                stack,
                pipeline,
                rows,
                () ->
                    Pipeline.batches(
                        0,
                        rows,
                        from -> {
                          int to = Math.min(rows, from + Corpus.BATCH);
                          var request = request(corpus, pipeline.source(), from, to);
                          ingest.call(() ->
                              EntriesGrpc.newBlockingStub(ingest.as(BenchStack.caller(), CALL_WAIT))
                                  .importData(request));
                        }));
          });
      tasks.put("copy", () -> rows / raw.copy(corpus, rows));
      var results = setting.rounds().run(tasks);
      var copy = results.of("copy");
      var byMcp = Figure.of("mcp", Unit.ROWS_PER_SECOND, results.of("mcp"), copy, "COPY");
      var byGrpc = Figure.of("grpc", Unit.ROWS_PER_SECOND, results.of("grpc"), copy, "COPY");
      return new Report(
          name(),
          setting.rounds().count(),
          List.of(byMcp, byGrpc),
          List.of(Target.atLeast("accepted : COPY", 1 / 6.0, "of COPY", byMcp.ratio())),
          List.of(
              rows
                  + " rows a round, of "
                  + bytes(corpus, rows) / rows
                  + " bytes each; "
                  + Pipeline.SENDERS
                  + " batches on their way at once."));
    }
  }

  /// How many rows a second were accepted. Ends when they have been indexed too, so that the next
  /// measurement has the machine to itself.
  private static double perSecond(BenchStack stack, Pipeline pipeline, int rows, Runnable load)
      throws SQLException {
    pipeline.makeSource();
    long began = System.nanoTime();
    load.run();
    double perSecond = rows * 1e9 / (System.nanoTime() - began);
    pipeline.awaitSearchable(rows);
    stack.awaitInverted();
    return perSecond;
  }

  private static long bytes(Corpus corpus, int rows) {
    return java.util.stream.IntStream.range(0, rows)
        .mapToLong(row -> corpus.product(row).values().length())
        .sum();
  }

  private static ImportDataRequest request(Corpus corpus, String source, int from, int to) {
    var request = ImportDataRequest.newBuilder().setSourceId(source);
    for (int row = from; row < to; row++) {
      request.addEntries(
          EntryInput.newBuilder()
              .setId(corpus.id(row))
              .setValues(
                  Json.newBuilder()
                      .setUtf8(ByteString.copyFromUtf8(corpus.product(row).values()))));
    }
    return request.build();
  }
}
