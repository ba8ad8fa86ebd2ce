package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.codec.RawUtf8;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// JSON-RPC messages as bytes.
final class Wire {
  private static final byte[] NULL = JsonText.utf8("null");

  private final ServerInfo server;

  Wire(ServerInfo server) {
    this.server = server;
  }

  byte[] result(byte @Nullable [] id, Result result, boolean modern) {
    return message(
        id,
        out -> {
          out.writeName("result");
          out.writeStartObject();
          if (modern) out.writeStringProperty("resultType", result.kind().word());
          result.fields().accept(out);
          if (modern) {
            out.writeName("_meta");
            out.writeStartObject();
            out.writeName("io.modelcontextprotocol/serverInfo");
            server.write(out);
            result.meta().accept(out);
            out.writeEndObject();
          }
          out.writeEndObject();
        });
  }

  byte[] failure(byte @Nullable [] id, Failure failure) {
    return message(
        id,
        out -> {
          out.writeName("error");
          out.writeStartObject();
          out.writeNumberProperty("code", failure.code());
          out.writeStringProperty("message", failure.message());
          if (failure.data() != null) {
            out.writeName("data");
            failure.data().accept(out);
          }
          out.writeEndObject();
        });
  }

  static byte[] notification(String method, Consumer<JsonGenerator> params) {
    return JsonText.bytes(out -> {
      out.writeStartObject();
      out.writeStringProperty("jsonrpc", "2.0");
      out.writeStringProperty("method", method);
      out.writeName("params");
      out.writeStartObject();
      params.accept(out);
      out.writeEndObject();
      out.writeEndObject();
    });
  }

  private static byte[] message(byte @Nullable [] id, Consumer<JsonGenerator> members) {
    return JsonText.bytes(out -> {
      out.writeStartObject();
      out.writeStringProperty("jsonrpc", "2.0");
      out.writeName("id");
      out.writeRawValue(RawUtf8.of(id == null ? NULL : id));
      members.accept(out);
      out.writeEndObject();
    });
  }
}
