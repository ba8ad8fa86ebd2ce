package io.cardloom.local.isolation;

import io.cardloom.kit.key.KeyTexts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Random requests to what consumers and programs call: the Destination API, open to all under the
/// tenant's own path, and the Ingest API with the key of the tenant's application.
final class HttpSides {
  private static final int PARAMETERS_MAX = 4;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final HttpClient http;
  private final Installation installation;
  private final Names names;
  private final Messages messages;
  private final World other;

  /// @param other whose keys are shown where they open nothing
  HttpSides(
      HttpClient http, Installation installation, Names names, Messages messages, World other) {
    this.other = other;
    this.http = http;
    this.installation = installation;
    this.names = names;
    this.messages = messages;
  }

  /// Which key a request to the Destination API shows.
  enum Key {
    NONE,
    OWN,
    /// The other tenant's, or one like it that nobody was given.
    FOREIGN
  }

  /// @param path without the tenant
  /// @param body empty for GET
  record Request(String side, String path, String body, Key key) {
    Request of(UnaryOperator<String> text) {
      return new Request(side, text.apply(path), text.apply(body), key);
    }

    boolean reads() {
      return side.equals("shop") || body.isEmpty();
    }
  }

  List<Request> requests(Random random) {
    return List.of(shop(random), shop(random), imported(random), importState(random));
  }

  private Request shop(Random random) {
    var path = new StringBuilder();
    String destination = Names.OWN + World.FIXED;
    path.append('/').append(random.nextInt(3) == 0 ? destination : name(random, "destination_id"));
    path.append('/').append(random.nextInt(5) == 0 ? name(random, "api_version") : "v1");
    path.append('/').append(name(random, "path"));
    Key key = Key.values()[random.nextInt(Key.values().length)];
    if (random.nextInt(3) == 0) return new Request("shop", path.toString(), body(random), key);
    var parameters = new ArrayList<String>();
    for (int i = random.nextInt(PARAMETERS_MAX); i > 0; i--) parameters.add(parameter(random));
    if (!parameters.isEmpty()) path.append('?').append(String.join("&", parameters));
    return new Request("shop", path.toString(), "", key);
  }

  private String parameter(Random random) {
    String property = name(random, "property");
    return switch (random.nextInt(7)) {
      case 0 -> "fields=" + property;
      case 1 -> "sortAsc=" + property;
      case 2 -> "facets=" + property;
      case 3 -> "after=" + url(names.pick(random, "after").first());
      case 4 -> "includeTotals=true";
      case 5 -> "search=" + url(messages.text("text", random));
      default -> property + "=" + url(messages.text("text", random));
    };
  }

  private String body(Random random) {
    return "{\"fields\":[\"%s\"],\"search\":\"%s\",\"includeTotals\":true}"
        .formatted(name(random, "property"), name(random, "key"));
  }

  private Request imported(Random random) {
    String entry =
        "{\"id\":\"%s\",\"values\":{\"%s\":\"%s\"}}"
            .formatted(name(random, "key"), name(random, "property"), name(random, "key"));
    return new Request(
        "ingest",
        "/v1/sources/" + name(random, "source_id") + "/entries",
        "{\"entries\":[" + entry + "]}",
        Key.OWN);
  }

  private Request importState(Random random) {
    return new Request("ingest", "/v1/imports/" + name(random, "import_id"), "", Key.OWN);
  }

  private String name(Random random, String field) {
    return url(names.pick(random, field).first());
  }

  private static String url(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// What a tenant is answered: status, headers that tell something, body.
  JsonNode send(Request request, World tenant) {
    boolean shop = request.side().equals("shop");
    int port = shop ? installation.publishing.httpPort() : installation.ingest.httpPort();
    String path = shop ? "/" + tenant.tenant + request.path() : request.path();
    var sent = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    String own = shop ? tenant.shopKey : tenant.ingestKey;
    switch (request.key()) {
      case NONE -> {}
      case OWN -> sent.header("Authorization", "Bearer " + own);
      case FOREIGN -> sent.header("Authorization", "Bearer " + foreignKey(tenant));
    }
    if (!request.body().isEmpty()) {
      sent.header("Content-Type", "application/json").POST(BodyPublishers.ofString(request.body()));
    }
    try {
      var answer = http.send(sent.build(), BodyHandlers.ofString());
      var told = NODES.objectNode().put("status", answer.statusCode());
      answer.headers().firstValue("Content-Type").ifPresent(type -> told.put("type", type));
      told.set("body", tree(answer.body()));
      return told;
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(failure);
    }
  }

  private String foreignKey(World tenant) {
    return tenant.tenant.equals(Twins.FIRST) ? other.shopKey : KeyTexts.in("nobody", other.shopKey);
  }

  private static JsonNode tree(String body) {
    try {
      return Mcp.JSON.readTree(body);
    } catch (JacksonException _) {
      return NODES.stringNode(body);
    }
  }
}
