package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.JsonTree;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;

/// One JSON-RPC request or notification, read once from front to back. Arguments stay where they
/// are in the body; the whole body is known to be well-formed, bounded in depth, and without a name
/// given twice.
///
/// @param id the request's id as it was written; null for a notification
/// @param arguments where `params.arguments` is in the body
public record Envelope(
    byte @Nullable [] id, String method, Params params, byte[] body, Slice arguments) {

  /// Where a value is in the body; nowhere where its length is 0.
  public record Slice(int from, int length) {
    static final Slice NONE = new Slice(0, 0);

    public boolean given() {
      return length > 0;
    }
  }

  /// The parts of `params` that the protocol itself reads; null where they are not given or no
  /// text.
  ///
  /// @param metaVersion revision of the request, in `_meta`
  /// @param capabilities the client's capabilities in `_meta`, where they are an object
  /// @param progressToken in `_meta`, as it was written
  /// @param trace W3C `traceparent` in `_meta`
  /// @param version revision asked for in `initialize`
  /// @param taskId handle of work that goes on
  /// @param inputResponses what the client's person or model answered
  /// @param requestState what the server gave with its questions
  /// @param all the whole of `params`
  public record Params(
      @Nullable String metaVersion,
      Slice capabilities,
      Slice progressToken,
      @Nullable String trace,
      @Nullable String name,
      @Nullable String uri,
      @Nullable String cursor,
      @Nullable String version,
      @Nullable String taskId,
      Slice inputResponses,
      @Nullable String requestState,
      Slice all) {}

  private static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";
  private static final String META_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

  boolean notification() {
    return id == null;
  }

  /// A part of the body as a tree, see [JsonTree]; null where it is not given.
  public @Nullable Object tree(Slice slice) {
    return slice.given() ? JsonTree.read(body, slice.from(), slice.length()) : null;
  }

  /// The members of a part of the body that is an object; none where it is not.
  @SuppressWarnings("unchecked")
  public Map<String, @Nullable Object> members(Slice slice) {
    return tree(slice) instanceof Map<?, ?> object
        ? (Map<String, @Nullable Object>) object
        : Map.of();
  }

  /// A body that is no request.
  static final class Unreadable extends Exception {
    private final transient Failure failure;
    private final byte @Nullable [] id;

    Unreadable(int code, String message, byte @Nullable [] id) {
      super(message, null, false, false);
      this.failure = new Failure(code, message);
      this.id = id;
    }

    Failure failure() {
      return failure;
    }

    /// The id, where it was readable.
    byte @Nullable [] id() {
      return id;
    }
  }

  static Envelope parse(byte[] body) throws Unreadable {
    var reading = new Reading(body);
    if (!JsonText.isUtf8(body))
      throw new Unreadable(Failure.NOT_JSON, "The body is not UTF-8.", null);
    try (var in = JsonText.parseStrictly(body)) {
      return reading.envelope(in);
    } catch (StreamConstraintsException _) {
      throw new Unreadable(
          Failure.NOT_JSON,
          "The body is nested deeper than "
              + JsonText.DEPTH_MAX
              + " levels, or a text or number in it is too long.",
          reading.id);
    } catch (JacksonException notJson) {
      String message = String.valueOf(notJson.getOriginalMessage());
      throw new Unreadable(
          Failure.NOT_JSON,
          message.startsWith("Duplicate")
              ? "A name is given twice in one object."
              : "The body is not JSON.",
          reading.id);
    }
  }

  private static final class Reading {
    private final byte[] body;
    private byte @Nullable [] id;
    private boolean wrongId;
    private boolean version2;
    private @Nullable String method;
    private @Nullable String metaVersion;
    private Slice capabilities = Slice.NONE;
    private Slice progressToken = Slice.NONE;
    private @Nullable String trace;
    private @Nullable String uri;
    private Slice inputResponses = Slice.NONE;
    private @Nullable String requestState;
    private Slice all = Slice.NONE;
    private @Nullable String name;
    private @Nullable String cursor;
    private @Nullable String version;
    private @Nullable String taskId;
    private boolean wrongParams;
    private Slice arguments = Slice.NONE;

    Reading(byte[] body) {
      this.body = body;
    }

    Envelope envelope(JsonParser in) throws Unreadable {
      JsonToken first = in.nextToken();
      if (first == JsonToken.START_ARRAY) {
        throw new Unreadable(
            Failure.NOT_A_REQUEST, "Batches are not taken; send one request a POST.", null);
      }
      if (first != JsonToken.START_OBJECT) {
        throw first == null
            ? new Unreadable(Failure.NOT_JSON, "The body is empty.", null)
            : new Unreadable(
                Failure.NOT_A_REQUEST, "The body is not a JSON-RPC request object.", null);
      }
      while (in.nextToken() != JsonToken.END_OBJECT) member(in);
      if (in.nextToken() != null)
        throw new Unreadable(Failure.NOT_JSON, "There is more than one JSON value.", id);
      if (wrongId)
        throw new Unreadable(Failure.NOT_A_REQUEST, "The id must be a string or an integer.", null);
      if (!version2) throw new Unreadable(Failure.NOT_A_REQUEST, "jsonrpc must be \"2.0\".", id);
      if (method == null)
        throw new Unreadable(Failure.NOT_A_REQUEST, "method must be a string.", id);
      if (wrongParams) throw new Unreadable(Failure.WRONG_PARAMS, "params must be an object.", id);
      return new Envelope(
          id,
          method,
          new Params(
              metaVersion,
              capabilities,
              progressToken,
              trace,
              name,
              uri,
              cursor,
              version,
              taskId,
              inputResponses,
              requestState,
              all),
          body,
          arguments);
    }

    private void member(JsonParser in) {
      String member = in.currentName();
      JsonToken token = in.nextToken();
      switch (member) {
        case "jsonrpc" ->
            version2 = token == JsonToken.VALUE_STRING && in.getString().equals("2.0");
        case "method" -> method = text(in);
        case "id" -> {
          if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT)
            id = slice(in);
          else wrongId = true;
        }
        case "params" -> {
          if (token == JsonToken.START_OBJECT) {
            int from = (int) in.currentTokenLocation().getByteOffset();
            params(in);
            all = new Slice(from, (int) in.currentLocation().getByteOffset() - from);
          } else {
            wrongParams = true;
          }
        }
        default -> {}
      }
      if (token == JsonToken.START_ARRAY
          || (token == JsonToken.START_OBJECT && !member.equals("params"))) {
        in.skipChildren();
      }
    }

    private void params(JsonParser in) {
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String param = in.currentName();
        JsonToken token = in.nextToken();
        switch (param) {
          case "name" -> name = text(in);
          case "uri" -> uri = text(in);
          case "cursor" -> cursor = text(in);
          case "protocolVersion" -> version = text(in);
          case "requestState" -> requestState = text(in);
          case "taskId" -> taskId = text(in);
          case "arguments" -> {
            if (token != JsonToken.VALUE_NULL) arguments = place(in);
          }
          case "inputResponses" -> {
            if (token != JsonToken.VALUE_NULL) inputResponses = place(in);
          }
          case "_meta" -> {
            if (token == JsonToken.START_OBJECT) meta(in);
          }
          default -> {}
        }
        if (in.currentToken().isStructStart()) in.skipChildren();
      }
    }

    private void meta(JsonParser in) {
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String field = in.currentName();
        JsonToken token = in.nextToken();
        switch (field) {
          case META_VERSION -> metaVersion = text(in);
          case META_CAPABILITIES -> {
            if (token == JsonToken.START_OBJECT) capabilities = place(in);
          }
          case "progressToken" -> {
            if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT)
              progressToken = place(in);
          }
          case "traceparent" -> trace = text(in);
          default -> {}
        }
        if (in.currentToken().isStructStart()) in.skipChildren();
      }
    }

    /// The place of the value at hand; moves to its last token.
    private static Slice place(JsonParser in) {
      int from = (int) in.currentTokenLocation().getByteOffset();
      return new Slice(from, end(in) - from);
    }

    private static @Nullable String text(JsonParser in) {
      return in.currentToken() == JsonToken.VALUE_STRING ? in.getString() : null;
    }

    private byte[] slice(JsonParser in) {
      int from = (int) in.currentTokenLocation().getByteOffset();
      return Arrays.copyOfRange(body, from, end(in));
    }

    /// Where the value at hand ends; moves to its last token.
    private static int end(JsonParser in) {
      if (in.currentToken().isStructStart()) in.skipChildren();
      else in.finishToken();
      return (int) in.currentLocation().getByteOffset();
    }
  }
}
