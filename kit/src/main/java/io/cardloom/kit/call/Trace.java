package io.cardloom.kit.call;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/// The W3C trace that the running work belongs to.
public final class Trace {
  private Trace() {}

  /// The `traceparent` of the current span, or empty when there is none.
  public static String currentParent() {
    SpanContext span = Span.current().getSpanContext();
    if (!span.isValid()) return "";
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex();
  }
}
