package io.cardloom.ingest.api;

import io.helidon.http.Status;
import java.util.Map;

/// What HTTP itself has to say of a request: it ends here.
final class Refusal extends RuntimeException {
  private final transient Status status;
  private final String code;
  private final transient Map<String, String> headers;

  /// @param code stable word
  /// @param sentence for the program's developer
  Refusal(Status status, String code, String sentence, Map<String, String> headers) {
    super(sentence, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = Map.copyOf(headers);
  }

  Refusal(Status status, String code, String sentence) {
    this(status, code, sentence, Map.of());
  }

  Status status() {
    return status;
  }

  String code() {
    return code;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }

  Map<String, String> headers() {
    return headers;
  }
}
