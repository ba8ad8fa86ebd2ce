package io.cardloom.aggregator.mcp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// What a request comes to, before it is put into HTTP.
sealed interface Outcome {
  /// A result.
  ///
  /// @param fields writes the members of the result object
  record Result(Consumer<JsonGenerator> fields) implements Outcome {}

  /// Broken protocol; a tool that fails is a [Result].
  ///
  /// @param data writes the `data` of the error, or null
  record Failure(int code, String message, @Nullable Consumer<JsonGenerator> data)
      implements Outcome {
    static final int NOT_JSON = -32700;
    static final int NOT_A_REQUEST = -32600;
    static final int NO_SUCH_METHOD = -32601;
    static final int WRONG_PARAMS = -32602;
    static final int INTERNAL = -32603;
    static final int HEADER_MISMATCH = -32020;
    static final int WRONG_VERSION = -32022;

    Failure(int code, String message) {
      this(code, message, null);
    }
  }

  /// A notification was taken; there is nothing to say.
  record Accepted() implements Outcome {}

  /// The token was not granted enough for this.
  record StepUp(String scopes) implements Outcome {}
}
