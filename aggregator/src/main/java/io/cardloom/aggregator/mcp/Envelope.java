package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import java.util.Arrays;
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
/// @param argumentsFrom where `params.arguments` begins in the body
/// @param argumentsLength how long it is; 0 where it is not given
record Envelope(
    byte @Nullable [] id,
    String method,
    Params params,
    byte[] body,
    int argumentsFrom,
    int argumentsLength) {

  /// The parts of `params` that the protocol itself reads; null where they are not given or no
  /// text.
  ///
  /// @param metaVersion revision of the request, in `_meta`
  /// @param metaCapabilities whether `_meta` has the client's capabilities as an object
  /// @param version revision asked for in `initialize`
  record Params(
      @Nullable String metaVersion,
      boolean metaCapabilities,
      @Nullable String name,
      @Nullable String cursor,
      @Nullable String version) {}

  private static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";
  private static final String META_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

  boolean notification() {
    return id == null;
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
    private boolean metaCapabilities;
    private @Nullable String name;
    private @Nullable String cursor;
    private @Nullable String version;
    private boolean wrongParams;
    private int argumentsFrom;
    private int argumentsLength;

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
          new Params(metaVersion, metaCapabilities, name, cursor, version),
          body,
          argumentsFrom,
          argumentsLength);
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
          if (token == JsonToken.START_OBJECT) params(in);
          else wrongParams = true;
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
          case "cursor" -> cursor = text(in);
          case "protocolVersion" -> version = text(in);
          case "arguments" -> {
            if (token == JsonToken.VALUE_NULL) continue;
            argumentsFrom = (int) in.currentTokenLocation().getByteOffset();
            argumentsLength = end(in) - argumentsFrom;
            continue;
          }
          case "_meta" -> {
            if (token == JsonToken.START_OBJECT) {
              meta(in);
              continue;
            }
          }
          default -> {}
        }
        if (token.isStructStart()) in.skipChildren();
      }
    }

    private void meta(JsonParser in) {
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String field = in.currentName();
        JsonToken token = in.nextToken();
        if (field.equals(META_VERSION)) metaVersion = text(in);
        if (field.equals(META_CAPABILITIES)) metaCapabilities = token == JsonToken.START_OBJECT;
        if (token.isStructStart()) in.skipChildren();
      }
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
