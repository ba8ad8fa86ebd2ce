package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.RawUtf8;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// What a request comes to, before it is put into HTTP.
public sealed interface Outcome {
  /// What a result is, in the words of the newest revision.
  enum Kind {
    COMPLETE("complete"),
    /// The client is to ask for input and send the request again with it.
    INPUT_REQUIRED("input_required"),
    /// The work goes on without the request; the client asks how far it is.
    TASK("task");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /// A result.
  ///
  /// @param failed whether it tells of a failed tool
  /// @param fields writes the members of the result object
  /// @param meta writes members of its `_meta`; newest revision only
  record Result(
      Kind kind, boolean failed, Consumer<JsonGenerator> fields, Consumer<JsonGenerator> meta)
      implements Outcome {
    public Result(Consumer<JsonGenerator> fields) {
      this(Kind.COMPLETE, false, fields, _ -> {});
    }

    /// What a tool answers.
    public static Result ofTool(boolean failed, Consumer<JsonGenerator> fields) {
      return new Result(Kind.COMPLETE, failed, fields, _ -> {});
    }

    /// Questions to the client.
    public static Result inputRequired(Consumer<JsonGenerator> fields) {
      return new Result(Kind.INPUT_REQUIRED, false, fields, _ -> {});
    }

    /// The handle of work that goes on.
    public static Result task(Consumer<JsonGenerator> fields) {
      return new Result(Kind.TASK, false, fields, _ -> {});
    }

    /// A result that the client may keep.
    ///
    /// @param scope `public` or `private`: whether others may be given it too
    public static Result cacheable(
        Revision revision, Duration keep, String scope, Consumer<JsonGenerator> fields) {
      return new Result(out -> {
        fields.accept(out);
        if (!revision.modern()) return;
        out.writeNumberProperty("ttlMs", keep.toMillis());
        out.writeStringProperty("cacheScope", scope);
      });
    }
  }

  /// Broken protocol; a tool that fails is a [Result].
  ///
  /// @param data writes the `data` of the error, or null
  record Failure(int code, String message, @Nullable Consumer<JsonGenerator> data)
      implements Outcome {
    static final int NOT_JSON = -32700;
    static final int NOT_A_REQUEST = -32600;
    static final int NO_SUCH_METHOD = -32601;
    public static final int WRONG_PARAMS = -32602;
    static final int INTERNAL = -32603;
    private static final int NO_SUCH_RESOURCE = -32002;
    static final int HEADER_MISMATCH = -32020;
    private static final int MISSING_CAPABILITY = -32021;
    static final int WRONG_VERSION = -32022;

    Failure(int code, String message) {
      this(code, message, null);
    }

    /// Parameters that are not served: a name nobody has, a cursor from elsewhere.
    public static Failure wrongParams(String message) {
      return new Failure(WRONG_PARAMS, message);
    }

    /// A list of one page was asked for another.
    public static Failure wrongCursor() {
      return wrongParams("This cursor is not from here; the list has one page.");
    }

    /// A URI that is no resource, each revision in its own code.
    public static Failure noSuchResource(Revision revision, String uri) {
      int code = revision.modern() ? WRONG_PARAMS : NO_SUCH_RESOURCE;
      return new Failure(
          code,
          "There is no such resource.",
          out -> {
            out.writeStartObject();
            out.writeStringProperty("uri", uri);
            out.writeEndObject();
          });
    }

    /// The client did not declare what this needs.
    ///
    /// @param capabilities those missing, a JSON object such as `{"sampling":{}}`
    public static Failure missingCapability(String capabilities) {
      return new Failure(
          MISSING_CAPABILITY,
          "This needs a capability that the client did not declare.",
          out -> {
            out.writeStartObject();
            out.writeName("requiredCapabilities");
            out.writeRawValue(RawUtf8.of(JsonText.utf8(capabilities)));
            out.writeEndObject();
          });
    }
  }

  /// A notification was taken; there is nothing to say.
  record Accepted() implements Outcome {}

  /// The token was not granted enough for this.
  record StepUp(String scopes) implements Outcome {}

  /// The caller has too many of this under way, or sends too many.
  ///
  /// @param retryAfter when to try again
  record Flooded(Duration retryAfter) implements Outcome {}
}
