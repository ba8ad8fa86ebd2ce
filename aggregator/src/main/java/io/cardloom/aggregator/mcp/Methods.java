package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.mcp.Feature.Method;
import io.cardloom.aggregator.mcp.Feature.Pace;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The methods of the protocol: its own, of all revisions, and those of what the server offers.
final class Methods {
  /// How long a client may keep what the server can do: that changes with a release.
  private static final Duration DISCOVER_KEEP = Duration.ofHours(1);

  private final ServerInfo server;
  private final List<Feature> features;
  private final Map<String, Method> modern = new HashMap<>();
  private final Map<String, Method> legacy = new HashMap<>();

  Methods(ServerInfo server, List<Feature> features) {
    this.server = server;
    this.features = List.copyOf(features);
    modern.put("server/discover", quick(_ -> discover()));
    legacy.put("initialize", quick(this::initialize));
    legacy.put("ping", quick(_ -> new Result(_ -> {})));
    legacy.put("logging/setLevel", quick(_ -> new Result(_ -> {})));
    for (var feature : features) {
      feature
          .methods()
          .forEach((name, method) -> {
            modern.put(name, method);
            boolean older = method.pace() != Pace.LISTENING && feature.extension().isEmpty();
            if (older) legacy.put(name, method);
          });
    }
  }

  private static Method quick(Function<Call, Outcome> answer) {
    return new Method(Pace.QUICK, answer);
  }

  @Nullable Method find(Revision revision, String name) {
    return (revision.modern() ? modern : legacy).get(name);
  }

  private Outcome discover() {
    return Result.cacheable(
        Revision.R2026_07_28,
        DISCOVER_KEEP,
        "public",
        out -> {
          String[] versions = Revision.texts().toArray(String[]::new);
          out.writeName("supportedVersions");
          out.writeArray(versions, 0, versions.length);
          capabilities(out, true);
          out.writeStringProperty("instructions", server.instructions());
        });
  }

  private Outcome initialize(Call call) {
    var wanted = Revision.of(call.envelope().params().version());
    var revision = wanted == null || wanted.modern() ? Revision.R2025_11_25 : wanted;
    return new Result(out -> {
      out.writeStringProperty("protocolVersion", revision.text());
      capabilities(out, false);
      out.writeName("serverInfo");
      server.write(out);
      out.writeStringProperty("instructions", server.instructions());
    });
  }

  /// Changes are told on a stream that only the newest revision has, and so are extensions with
  /// methods of their own.
  private void capabilities(JsonGenerator out, boolean listens) {
    out.writeName("capabilities");
    out.writeStartObject();
    for (var feature : features) {
      if (feature.capability().isEmpty()) continue;
      out.writeName(feature.capability());
      out.writeStartObject();
      if (listens && feature.listChanges()) out.writeBooleanProperty("listChanged", true);
      out.writeEndObject();
    }
    out.writeName("extensions");
    out.writeStartObject();
    extension(out, "io.modelcontextprotocol/ui");
    for (var feature : features) {
      if (listens && !feature.extension().isEmpty()) extension(out, feature.extension());
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private static void extension(JsonGenerator out, String name) {
    out.writeName(name);
    out.writeStartObject();
    out.writeEndObject();
  }

  static Outcome noSuchMethod(String method) {
    String shown = method.length() <= 64 ? method : method.substring(0, 64) + "…";
    return new Failure(Failure.NO_SUCH_METHOD, "There is no method " + shown + " here.");
  }
}
