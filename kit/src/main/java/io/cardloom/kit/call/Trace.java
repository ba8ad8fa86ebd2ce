package io.cardloom.kit.call;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The W3C trace that the running work belongs to: over calls by a header, over events by another,
/// so one change is one trace from import to endpoint.
public final class Trace {
  private static final Pattern PARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  private Trace() {}

  /// The `traceparent` of the current span, or empty when there is none.
  public static String currentParent() {
    SpanContext span = Span.current().getSpanContext();
    if (!span.isValid()) return "";
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex();
  }

  /// Begins a span under `parent`, a `traceparent`; what is none of that form begins a new trace.
  /// The caller ends it.
  public static Span begin(String name, SpanKind kind, @Nullable String parent) {
    var span = GlobalOpenTelemetry.getTracer("io.cardloom").spanBuilder(name).setSpanKind(kind);
    if (parent != null && PARENT.matcher(parent).matches()) {
      SpanContext remote =
          SpanContext.createFromRemoteParent(
              parent.substring(3, 35),
              parent.substring(36, 52),
              TraceFlags.fromHex(parent, 53),
              TraceState.getDefault());
      span.setParent(Context.root().with(Span.wrap(remote)));
    } else {
      span.setNoParent();
    }
    return span.startSpan();
  }
}
