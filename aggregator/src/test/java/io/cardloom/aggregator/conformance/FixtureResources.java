package io.cardloom.aggregator.conformance;

import io.cardloom.aggregator.codec.JsonTree;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Feature;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import java.time.Duration;
import java.util.Map;

/// The resources that the suite reads.
final class FixtureResources implements Feature {
  private static final String BEFORE = "test://template/";
  private static final String AFTER = "/data";

  @Override
  public String capability() {
    return "resources";
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of(
        "resources/list",
        new Method(
            Pace.QUICK,
            call ->
                members(
                    call,
                    "resources",
                    "[{'uri':'test://static-text','name':'static-text',"
                        + "'description':'A text.','mimeType':'text/plain'},"
                        + "{'uri':'test://static-binary','name':'static-binary',"
                        + "'description':'A picture.','mimeType':'image/png'}]")),
        "resources/templates/list",
        new Method(
            Pace.QUICK,
            call ->
                members(
                    call,
                    "resourceTemplates",
                    "[{'uriTemplate':'test://template/{id}/data','name':'template',"
                        + "'description':'Data by id.','mimeType':'application/json'}]")),
        "resources/read",
        new Method(Pace.WAITING, FixtureResources::read));
  }

  private static Outcome members(Call call, String name, String json) {
    var tree = Fixture.json(json);
    return Result.cacheable(
        call.revision(),
        Duration.ofMinutes(1),
        "public",
        out -> {
          out.writeName(name);
          JsonTree.write(out, tree);
        });
  }

  private static Outcome read(Call call) {
    String uri = String.valueOf(call.envelope().params().uri());
    if (uri.equals("test://static-text")) {
      return content(
          call,
          uri,
          "'mimeType':'text/plain','text':'This is the content of the static text resource.'");
    }
    if (uri.equals("test://static-binary"))
      return content(call, uri, "'mimeType':'image/png','blob':'" + Fixture.PNG + "'");
    if (uri.startsWith(BEFORE) && uri.endsWith(AFTER)) {
      String id = uri.substring(BEFORE.length(), uri.length() - AFTER.length());
      return content(
          call,
          uri,
          "'mimeType':'application/json','text':'{\\'id\\':\\'"
              + id
              + "\\',\\'templateTest\\':true,\\'data\\':\\'Data for ID: "
              + id
              + "\\'}'");
    }
    return Failure.noSuchResource(call.revision(), uri);
  }

  private static Outcome content(Call call, String uri, String members) {
    return members(call, "contents", "[{'uri':'" + uri + "'," + members + "}]");
  }
}
