package io.cardloom.aggregator.call;

import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.RawUtf8;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.common.v1.ProblemDetail;
import io.cardloom.proto.common.v1.Violation;
import tools.jackson.core.JsonGenerator;

/// A failed call as an agent reads it: code, sentence, every violation, the way out.
final class Failures {
  private Failures() {}

  static byte[] json(Problem problem, String correlationId) {
    return json(problem.toPb(), correlationId);
  }

  /// For a failure that is ours: nothing but the id that the log has too.
  static byte[] internal(String correlationId) {
    var detail =
        ProblemDetail.newBuilder()
            .setCode("internal")
            .setMessage(
                "Something went wrong inside Cardloom; tell its operators the correlationId.");
    return json(detail.build(), correlationId);
  }

  private static byte[] json(ProblemDetail detail, String correlationId) {
    return JsonText.bytes(out -> {
      out.writeStartObject();
      out.writeName("error");
      out.writeStartObject();
      out.writeStringProperty("code", detail.getCode());
      out.writeStringProperty("message", detail.getMessage());
      violations(out, detail);
      facts(out, detail);
      next(out, detail);
      boolean retryable = detail.getRetryAfterMs() > 0;
      out.writeBooleanProperty("retryable", retryable);
      if (retryable) out.writeNumberProperty("retryAfterMs", detail.getRetryAfterMs());
      out.writeStringProperty("correlationId", correlationId);
      out.writeEndObject();
      out.writeEndObject();
    });
  }

  private static void violations(JsonGenerator out, ProblemDetail detail) {
    if (detail.getViolationsCount() == 0) return;
    out.writeName("violations");
    out.writeStartArray();
    for (Violation violation : detail.getViolationsList()) {
      out.writeStartObject();
      out.writeStringProperty("path", violation.getPath());
      out.writeStringProperty("rule", violation.getRule());
      out.writeStringProperty("message", violation.getMessage());
      if (!violation.getGot().isEmpty()) out.writeStringProperty("got", violation.getGot());
      if (violation.getAllowedCount() > 0) {
        String[] allowed = violation.getAllowedList().toArray(String[]::new);
        out.writeName("allowed");
        out.writeArray(allowed, 0, allowed.length);
      }
      if (!violation.getDidYouMean().isEmpty())
        out.writeStringProperty("didYouMean", violation.getDidYouMean());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void facts(JsonGenerator out, ProblemDetail detail) {
    if (detail.getFactsCount() == 0) return;
    out.writeName("facts");
    out.writeStartObject();
    detail.getFactsMap().forEach(out::writeStringProperty);
    out.writeEndObject();
  }

  private static void next(JsonGenerator out, ProblemDetail detail) {
    if (detail.getNextCount() == 0) return;
    out.writeName("next");
    out.writeStartArray();
    for (var call : detail.getNextList()) {
      out.writeStartObject();
      out.writeStringProperty("tool", call.getTool());
      if (!call.getArguments().getUtf8().isEmpty()) {
        out.writeName("arguments");
        out.writeRawValue(new RawUtf8(call.getArguments().getUtf8()));
      }
      if (!call.getWhy().isEmpty()) out.writeStringProperty("why", call.getWhy());
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
