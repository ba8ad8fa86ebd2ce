package io.cardloom.aggregator.mcp;

import io.cardloom.kit.call.Trace;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.function.Supplier;

/// What is seen of a request from outside: one span, by the semantic conventions of the protocol,
/// and the time it took by method, tool and outcome.
final class Watch {
  private final MeterRegistry meters;

  Watch(MeterRegistry meters) {
    this.meters = meters;
  }

  Outcome over(Call call, Supplier<Outcome> work) {
    String method = call.envelope().method();
    String tool = method.equals("tools/call") ? call.tool() : "";
    var span =
        Trace.begin(
            tool.isEmpty() ? method : method + " " + tool,
            SpanKind.SERVER,
            call.envelope().params().trace());
    span.setAttribute("mcp.method.name", method);
    span.setAttribute("mcp.protocol.version", call.revision().text());
    if (!tool.isEmpty()) {
      span.setAttribute("gen_ai.tool.name", tool);
      span.setAttribute("gen_ai.operation.name", "execute_tool");
    }
    long begun = System.nanoTime();
    String error = "internal";
    // Only a tool there is makes a meter: the names that clients send have no bound.
    String known = "";
    try (var _ = span.makeCurrent()) {
      var outcome = work.get();
      error = error(outcome);
      if (outcome instanceof Outcome.Result) known = tool;
      return outcome;
    } finally {
      if (!error.isEmpty()) {
        span.setAttribute("error.type", error);
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
      Timer.builder("mcp.server.operation.duration")
          .description("Time a request of the protocol takes.")
          .tag("method", method)
          .tag("tool", known)
          .tag("outcome", error.isEmpty() ? "ok" : error)
          .register(meters)
          .record(System.nanoTime() - begun, java.util.concurrent.TimeUnit.NANOSECONDS);
    }
  }

  /// Empty where it went well.
  private static String error(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Result result -> result.failed() ? "tool_error" : "";
      case Outcome.Failure failure -> Integer.toString(failure.code());
      case Outcome.StepUp _ -> "insufficient_scope";
      case Outcome.Flooded _ -> "rate_limited";
      case Outcome.Accepted _ -> "";
    };
  }
}
