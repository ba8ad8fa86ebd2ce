package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.call.Answer;
import io.cardloom.aggregator.call.CallTool;
import io.cardloom.aggregator.catalogue.ToolJson.Form;
import io.cardloom.aggregator.catalogue.ToolLists;
import io.cardloom.aggregator.codec.RawUtf8;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.aggregator.mcp.Outcome.StepUp;
import java.time.Duration;
import tools.jackson.core.JsonGenerator;

/// The methods of the protocol, of all revisions.
final class Methods implements Dispatcher {
  /// How long a client may keep the list of tools: a role may change meanwhile.
  private static final Duration LIST_KEEP = Duration.ofMinutes(5);

  /// How long it may keep what the server can do: that changes with a release.
  private static final Duration DISCOVER_KEEP = Duration.ofHours(1);

  private final ServerInfo server;
  private final ToolLists lists;
  private final CallTool tools;

  Methods(ServerInfo server, ToolLists lists, CallTool tools) {
    this.server = server;
    this.lists = lists;
    this.tools = tools;
  }

  @Override
  public Outcome handle(Call call) {
    return call.revision().modern() ? modern(call) : legacy(call);
  }

  private Outcome modern(Call call) {
    return switch (call.envelope().method()) {
      case "server/discover" -> discover();
      case "tools/list" -> list(call);
      case "tools/call" -> callTool(call);
      case String other -> noSuchMethod(other);
    };
  }

  private Outcome legacy(Call call) {
    return switch (call.envelope().method()) {
      case "initialize" -> initialize(call);
      case "ping", "logging/setLevel" -> new Result(_ -> {});
      case "tools/list" -> list(call);
      case "tools/call" -> callTool(call);
      case String other -> noSuchMethod(other);
    };
  }

  private Outcome discover() {
    return new Result(out -> {
      String[] versions = Revision.texts().toArray(String[]::new);
      out.writeName("supportedVersions");
      out.writeArray(versions, 0, versions.length);
      capabilities(out);
      out.writeStringProperty("instructions", server.instructions());
      cacheable(out, DISCOVER_KEEP, "public");
    });
  }

  private Outcome initialize(Call call) {
    var wanted = Revision.of(call.envelope().params().version());
    var revision = wanted == null || wanted.modern() ? Revision.R2025_11_25 : wanted;
    return new Result(out -> {
      out.writeStringProperty("protocolVersion", revision.text());
      capabilities(out);
      out.writeName("serverInfo");
      server.write(out);
      out.writeStringProperty("instructions", server.instructions());
    });
  }

  private static void capabilities(JsonGenerator out) {
    out.writeName("capabilities");
    out.writeStartObject();
    out.writeName("tools");
    out.writeStartObject();
    out.writeEndObject();
    out.writeEndObject();
  }

  private Outcome list(Call call) {
    // The whole list is one page, so no cursor was ever handed out.
    if (call.envelope().params().cursor() != null) {
      return new Failure(
          Failure.WRONG_PARAMS, "This cursor is not from here; the list has one page.");
    }
    var form = call.revision().structured() ? Form.FULL : Form.PLAIN;
    RawUtf8 definitions = lists.of(call.principal().permissions(), form);
    return new Result(out -> {
      out.writeName("tools");
      out.writeRawValue(definitions);
      if (call.revision().modern()) cacheable(out, LIST_KEEP, "private");
    });
  }

  private Outcome callTool(Call call) {
    var envelope = call.envelope();
    String name = envelope.params().name();
    if (name == null)
      return new Failure(Failure.WRONG_PARAMS, "params.name must be the name of a tool.");
    var answer =
        tools.run(
            call.principal(),
            name,
            envelope.body(),
            envelope.argumentsFrom(),
            envelope.argumentsLength());
    return switch (answer) {
      case Answer.Done(var json) ->
          new Result(out -> content(out, json, false, call.revision().structured()));
      case Answer.Failed(var json) -> new Result(out -> content(out, json, true, false));
      case Answer.ScopeTooSmall(var scopes) -> new StepUp(scopes);
      case Answer.UnknownTool(var near) ->
          new Failure(
              Failure.WRONG_PARAMS,
              "There is no such tool." + (near.isEmpty() ? "" : " Did you mean " + near + "?"));
    };
  }

  /// The same JSON twice: as text for a model, as structure for a program.
  private static void content(JsonGenerator out, byte[] json, boolean failed, boolean structured) {
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

  private static void cacheable(JsonGenerator out, Duration keep, String scope) {
    out.writeNumberProperty("ttlMs", keep.toMillis());
    out.writeStringProperty("cacheScope", scope);
  }

  private static Outcome noSuchMethod(String method) {
    String shown = method.length() <= 64 ? method : method.substring(0, 64) + "…";
    return new Failure(Failure.NO_SUCH_METHOD, "There is no method " + shown + " here.");
  }
}
