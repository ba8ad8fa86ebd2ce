package io.cardloom.aggregator.catalogue;

import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.RawUtf8;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import tools.jackson.core.JsonGenerator;

/// Tool definitions as clients get them.
public final class ToolJson {
  /// What a client's revision knows of a tool.
  public enum Form {
    /// Title and output schema included.
    FULL,
    /// Revision 2025-03-26: neither.
    PLAIN
  }

  private ToolJson() {}

  /// One definition as compact JSON.
  public static String definition(Tool tool, Form form) {
    return text(JsonText.bytes(out -> write(out, tool, form)));
  }

  /// A JSON array of definitions.
  public static String list(Collection<Tool> tools, Form form) {
    return text(
        JsonText.bytes(out -> {
          out.writeStartArray();
          for (var tool : tools) write(out, tool, form);
          out.writeEndArray();
        }));
  }

  private static void write(JsonGenerator out, Tool tool, Form form) {
    out.writeStartObject();
    out.writeStringProperty("name", tool.name());
    if (form == Form.FULL) out.writeStringProperty("title", tool.title());
    out.writeStringProperty("description", tool.description());
    raw(out, "inputSchema", tool.inputSchema());
    if (form == Form.FULL) raw(out, "outputSchema", tool.outputSchema());
    out.writeName("annotations");
    out.writeStartObject();
    if (form == Form.PLAIN) out.writeStringProperty("title", tool.title());
    out.writeBooleanProperty("readOnlyHint", tool.readOnly());
    out.writeBooleanProperty("destructiveHint", tool.destructive());
    // Creates take an idempotency key; every other write says what is to be, so a repeat changes
    // nothing.
    out.writeBooleanProperty("idempotentHint", true);
    out.writeBooleanProperty("openWorldHint", false);
    out.writeEndObject();
    if (!tool.app().isEmpty()) {
      out.writeName("_meta");
      out.writeStartObject();
      out.writeName("ui");
      out.writeStartObject();
      out.writeStringProperty("resourceUri", tool.app());
      out.writeEndObject();
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static void raw(JsonGenerator out, String name, String json) {
    out.writeName(name);
    out.writeRawValue(RawUtf8.of(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
