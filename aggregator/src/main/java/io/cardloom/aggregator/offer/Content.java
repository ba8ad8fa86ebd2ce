package io.cardloom.aggregator.offer;

import io.cardloom.aggregator.codec.RawUtf8;
import io.cardloom.aggregator.mcp.Outcome.Result;
import tools.jackson.core.JsonGenerator;

/// The answer of a tool as the protocol carries it.
final class Content {
  private Content() {}

  /// The same JSON twice: as text for a model, as structure for a program.
  static Result of(byte[] json, boolean failed, boolean structured) {
    return Result.ofTool(failed, out -> write(out, json, failed, structured));
  }

  /// The members of such an answer.
  static void write(JsonGenerator out, byte[] json, boolean failed, boolean structured) {
    out.writeName("content");
    out.writeStartArray();
    out.writeStartObject();
    out.writeStringProperty("type", "text");
    out.writeName("text");
    out.writeUTF8String(json, 0, json.length);
    out.writeEndObject();
    out.writeEndArray();
    if (structured) {
      out.writeName("structuredContent");
      out.writeRawValue(RawUtf8.of(json));
    }
    out.writeBooleanProperty("isError", failed);
  }
}
