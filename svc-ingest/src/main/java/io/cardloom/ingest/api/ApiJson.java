package io.cardloom.ingest.api;

import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.common.v1.ProblemDetail;
import io.cardloom.proto.common.v1.Violation;
import io.cardloom.proto.ingest.v1.ImportDataResponse;
import io.cardloom.proto.ingest.v1.ImportStatus;
import io.helidon.http.Status;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Answers of the Ingest API: the members of import_data's and get_import_status's answers, and
/// problems as RFC 9457 has them.
final class ApiJson {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private ApiJson() {}

  private static byte[] object(Consumer<JsonGenerator> members) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      out.writeStartObject();
      members.accept(out);
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  static byte[] stored(ImportDataResponse stored) {
    return object(out -> {
      out.writeStringProperty("correlationId", stored.getCorrelationId());
      out.writeStringProperty("sourceId", stored.getSourceId());
      out.writeStringProperty("acceptedAt", stored.getAcceptedAt());
      out.writeNumberProperty("acceptedEntryCount", stored.getAcceptedEntryCount());
      counts(
          out,
          stored.getCreated(),
          stored.getUpdated(),
          stored.getDeleted(),
          stored.getUnchanged());
      out.writeName("newPropertiesFound");
      out.writeStartArray();
      for (var found : stored.getNewPropertiesFoundList()) {
        out.writeStartObject();
        out.writeStringProperty("id", found.getId());
        out.writeStringProperty("type", word(found.getType(), "PROPERTY_TYPE_"));
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeBooleanProperty("dryRun", stored.getDryRun());
    });
  }

  static byte[] status(ImportStatus status) {
    return object(out -> {
      out.writeStringProperty("importId", status.getImportId());
      out.writeStringProperty("sourceId", status.getSourceId());
      out.writeStringProperty("state", word(status.getState(), "IMPORT_STATE_"));
      out.writeNumberProperty("total", status.getTotal());
      out.writeNumberProperty("applied", status.getApplied());
      counts(
          out,
          status.getCreated(),
          status.getUpdated(),
          status.getDeleted(),
          status.getUnchanged());
      if (!status.getProblem().isEmpty()) out.writeStringProperty("problem", status.getProblem());
      out.writeStringProperty("correlationId", status.getCorrelationId());
      out.writeStringProperty("startedAt", status.getStartedAt());
      out.writeStringProperty("expiresAt", status.getExpiresAt());
    });
  }

  /// What the audit log is told of an import.
  ///
  /// @param entries how many; negative where it ended before they were read
  static byte[] attempt(String sourceId, int entries) {
    return object(out -> {
      boolean tells = sourceId.length() <= 256;
      out.writeStringProperty("sourceId", tells ? sourceId : sourceId.length() + " characters");
      if (entries >= 0) {
        out.writeStringProperty("entries", entries + (entries == 1 ? " item" : " items"));
      }
    });
  }

  private static void counts(
      JsonGenerator out, int created, int updated, int deleted, int unchanged) {
    out.writeNumberProperty("created", created);
    out.writeNumberProperty("updated", updated);
    out.writeNumberProperty("deleted", deleted);
    out.writeNumberProperty("unchanged", unchanged);
  }

  private static String word(Enum<?> value, String prefix) {
    return value.name().substring(prefix.length());
  }

  static byte[] problem(Status status, String code, String sentence) {
    return object(out -> head(out, status, code, sentence));
  }

  /// With every violation, at most [Problem#VIOLATIONS_MAX] of them.
  static byte[] problem(Status status, Problem problem, String correlationId) {
    ProblemDetail detail = problem.toPb();
    return object(out -> {
      head(out, status, detail.getCode(), detail.getMessage());
      out.writeStringProperty("correlationId", correlationId);
      if (detail.getRetryAfterMs() > 0) {
        out.writeNumberProperty("retryAfterMs", detail.getRetryAfterMs());
      }
      if (detail.getViolationsCount() == 0) return;
      out.writeName("violations");
      out.writeStartArray();
      detail.getViolationsList().forEach(one -> violation(out, one));
      out.writeEndArray();
    });
  }

  private static void head(JsonGenerator out, Status status, String code, String sentence) {
    out.writeStringProperty("type", "about:blank");
    out.writeStringProperty("title", status.reasonPhrase());
    out.writeNumberProperty("status", status.code());
    out.writeStringProperty("detail", sentence);
    out.writeStringProperty("code", code);
  }

  private static void violation(JsonGenerator out, Violation violation) {
    out.writeStartObject();
    out.writeStringProperty("path", violation.getPath());
    out.writeStringProperty("rule", violation.getRule());
    out.writeStringProperty("message", violation.getMessage());
    if (!violation.getGot().isEmpty()) out.writeStringProperty("got", violation.getGot());
    if (violation.getAllowedCount() > 0) {
      out.writeName("allowed");
      out.writeArray(
          violation.getAllowedList().toArray(String[]::new), 0, violation.getAllowedCount());
    }
    if (!violation.getDidYouMean().isEmpty()) {
      out.writeStringProperty("didYouMean", violation.getDidYouMean());
    }
    out.writeEndObject();
  }
}
