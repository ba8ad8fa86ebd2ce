package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Report;
import io.cardloom.bench.measure.Rounds.Task;
import io.cardloom.bench.measure.Target;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Pipeline;
import io.cardloom.local.demo.DemoSetup;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.publishing.v1.DestinationDataGrpc;
import io.cardloom.proto.publishing.v1.SearchDestinationDataRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/// What a tool call costs over the gRPC call it becomes, and over answering HTTP at all.
public final class McpOverhead implements Benchmark {
  private static final int ROWS = 2_000;
  private static final int CALLS = 400;
  private static final int CALLS_OF_MANY = 2_000;
  private static final int MANY = 16;
  private static final Duration WAIT = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "mcp-overhead";
  }

  @Override
  public String summary() {
    return "tools/call of a read; vs the same gRPC call, and vs a bare Helidon server that answers as many bytes";
  }

  @Override
  public Report run(Setting setting) throws Exception {
    int rows = setting.rows(ROWS);
    try (var stack = setting.stack();
        var mcp = stack.mcp(BenchStack.WORKSPACE);
        var publishing = stack.peer("svc-publishing");
        var echo = EchoProcess.start()) {
      var people = new People(stack);
      var pipeline = Pipeline.live(mcp, setting.corpus(), "o");
      pipeline.load(0, rows);
      pipeline.awaitVisible(rows);
      stack.awaitInverted();
      var arguments =
          "{\"destinationId\":\"%s\",\"endpoint\":\"%s\",\"query\":{\"limit\":5}}"
              .formatted(pipeline.destination(), DemoSetup.ENDPOINT);
      var request =
          SearchDestinationDataRequest.newBuilder()
              .setDestinationId(pipeline.destination())
              .setEndpoint(DemoSetup.ENDPOINT)
              .setQuery(Query.newBuilder().setLimit(5))
              .build();
      int bytes = people.call(0, TOOL, arguments).toString().length();

      var one = new LinkedHashMap<String, Task<Times>>();
      one.put("mcp", () -> Times.of(1, CALLS, call -> people.call(call, TOOL, arguments)));
      one.put(
          "grpc",
          () ->
              Times.of(
                  1,
                  CALLS,
                  _ ->
                      publishing.call(() ->
                          DestinationDataGrpc.newBlockingStub(
                                  publishing.as(BenchStack.caller(), WAIT))
                              .searchDestinationData(request))));
      var many = new LinkedHashMap<String, Task<Times>>();
      many.put(
          "mcp", () -> Times.of(MANY, CALLS_OF_MANY, call -> people.call(call, TOOL, arguments)));
      many.put(
          "echo",
          () -> Times.of(MANY, CALLS_OF_MANY, _ -> Visits.post(echo.url(2 * bytes), arguments)));
      var throughput = setting.rounds().run(many); // also warms faster than one client would
      var latency = setting.rounds().run(one);

      var p50 = Times.millis("tools/call", 50, latency.of("mcp"), latency.of("grpc"), "gRPC");
      var p99 = Times.millis("tools/call", 99, latency.of("mcp"), latency.of("grpc"), "gRPC");
      var rate =
          Times.perSecond(
              "tools/call, 16 clients",
              throughput.of("mcp"),
              throughput.of("echo"),
              "bare Helidon");
      return new Report(
          name(),
          setting.rounds().count(),
          List.of(p50, p99, rate),
          List.of(
              Target.atMost("added, p50", 1, "ms", p50.ours().median() - p50.baseline().median()),
              Target.atLeast("throughput : bare Helidon", 0.5, "of it", rate.ratio())),
          List.of(
              "search_destination_data, five rows, "
                  + bytes
                  + " bytes of content (which the answer holds twice, as text and structured)."));
    }
  }

  private static final String TOOL = "search_destination_data";
}
