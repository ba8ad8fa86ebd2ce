package io.cardloom.aggregator.offer;

import io.cardloom.aggregator.audit.Attempt;
import io.cardloom.aggregator.audit.Trail;
import io.cardloom.aggregator.call.Peers;
import io.cardloom.aggregator.catalogue.Catalogue;
import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Feature;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.kit.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/// Resources: guides for agents, the pages of the apps, and templates for what a workspace has.
public final class Resources implements Feature {
  /// How long a client may keep what comes with a release.
  private static final Duration KEEP = Duration.ofHours(1);

  /// How long it may keep what people change: not at all.
  private static final Duration KEEP_LIVE = Duration.ZERO;

  private static final String PAGE_TYPE = "text/html;profile=mcp-app";
  private static final String SCHEMAS = "/*CARDLOOM_SCHEMAS*/{}";

  private record Guide(String name, String title, String description, String text) {
    String uri() {
      return "cardloom://guide/" + name;
    }
  }

  /// @param kind of the object whose id stands in it, as the configuration graph calls it
  private record Template(
      String name, String title, String description, String kind, String before, String after) {
    String uri() {
      return before + "{id}" + after;
    }

    /// The id in a URI of this form, decoded.
    Optional<String> id(String uri) {
      if (!uri.startsWith(before) || !uri.endsWith(after)) return Optional.empty();
      if (uri.length() <= before.length() + after.length()) return Optional.empty();
      String id = uri.substring(before.length(), uri.length() - after.length());
      if (id.indexOf('/') >= 0) return Optional.empty();
      try {
        return Optional.of(URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8));
      } catch (IllegalArgumentException notEncoded) {
        return Optional.empty();
      }
    }
  }

  private static final Template SOURCE =
      new Template(
          "data-source-schema",
          "Data source schema",
          "Properties, types, filters and key rule of a data source.",
          "data_source",
          "cardloom://source/",
          "/schema");
  private static final Template DEFINITION =
      new Template(
          "card-definition",
          "Card definition",
          "Sources, properties and state of a card definition.",
          "card_definition",
          "cardloom://card-definition/",
          "");
  private static final Template ENDPOINT =
      new Template(
          "endpoint",
          "Endpoint",
          "Properties, facets, conditions and address of an endpoint that is served.",
          "endpoint",
          "cardloom://endpoint/",
          "");
  static final List<String> TEMPLATES = List.of(SOURCE.uri(), DEFINITION.uri(), ENDPOINT.uri());

  private final List<Guide> guides;
  private final Map<String, String> pages;
  private final Lookups lookups;
  private final Trail trail;

  public Resources(Catalogue catalogue, Peers peers, Duration deadline, Trail trail) {
    this.trail = trail;
    this.lookups = new Lookups(peers, deadline);
    this.guides =
        List.of(
            guide("discover", "Find your way", "What a workspace holds and how to look at it."),
            guide("publish", "Publish", "From a data source to an endpoint that shops read."),
            guide(
                "read-write-verify",
                "Read, write, verify",
                "How to change entries so that nothing is lost, and see that it arrived."));
    this.pages =
        Map.of(
            "ui://cardloom/review.html",
            text("apps/review.html").replace(SCHEMAS, script(catalogue.forms())),
            "ui://cardloom/graph.html",
            text("apps/graph.html"),
            "ui://cardloom/timeline.html",
            text("apps/timeline.html"));
  }

  /// The kind of object whose ids complete the variable of a template, or nothing.
  static Optional<String> kindOf(String template) {
    return List.of(SOURCE, DEFINITION, ENDPOINT).stream()
        .filter(known -> known.uri().equals(template))
        .map(Template::kind)
        .findFirst();
  }

  @Override
  public String capability() {
    return "resources";
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of(
        "resources/list", new Method(Pace.QUICK, this::list),
        "resources/templates/list", new Method(Pace.QUICK, this::templates),
        "resources/read", new Method(Pace.WAITING, this::read));
  }

  private Outcome list(Call call) {
    if (call.envelope().params().cursor() != null) return Failure.wrongCursor();
    return Result.cacheable(
        call.revision(),
        KEEP,
        "public",
        out -> {
          out.writeName("resources");
          out.writeStartArray();
          for (var guide : guides) {
            out.writeStartObject();
            out.writeStringProperty("uri", guide.uri());
            described(out, call, guide.name(), guide.title(), guide.description());
            out.writeStringProperty("mimeType", "text/markdown");
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }

  private Outcome templates(Call call) {
    if (call.envelope().params().cursor() != null) return Failure.wrongCursor();
    return Result.cacheable(
        call.revision(),
        KEEP,
        "public",
        out -> {
          out.writeName("resourceTemplates");
          out.writeStartArray();
          for (var template : List.of(SOURCE, DEFINITION, ENDPOINT)) {
            out.writeStartObject();
            out.writeStringProperty("uriTemplate", template.uri());
            described(out, call, template.name(), template.title(), template.description());
            out.writeStringProperty("mimeType", "application/json");
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }

  static void described(
      JsonGenerator out, Call call, String name, String title, String description) {
    out.writeStringProperty("name", name);
    if (call.revision().structured()) out.writeStringProperty("title", title);
    out.writeStringProperty("description", description);
  }

  private Outcome read(Call call) {
    String uri = call.envelope().params().uri();
    if (uri == null) return Failure.wrongParams("params.uri must be the URI of a resource.");
    for (var guide : guides) {
      if (guide.uri().equals(uri)) return content(call, KEEP, uri, "text/markdown", guide.text());
    }
    String page = pages.get(uri);
    if (page != null) return content(call, KEEP, uri, PAGE_TYPE, page);
    try {
      return live(call, uri)
          .map(json ->
              content(
                  call,
                  KEEP_LIVE,
                  uri,
                  "application/json",
                  new String(json, StandardCharsets.UTF_8)))
          .orElseGet(() -> Failure.noSuchResource(call.revision(), uri));
    } catch (ProblemException problem) {
      if (problem.problem().code().equals("forbidden")) {
        trail.keep(Attempt.denied(call.principal(), "resources/read", trail.now()));
      }
      return Failure.wrongParams(problem.problem().message());
    }
  }

  private Optional<byte[]> live(Call call, String uri) {
    var principal = call.principal();
    var source = SOURCE.id(uri);
    if (source.isPresent()) return lookups.sourceSchema(principal, source.get());
    var definition = DEFINITION.id(uri);
    if (definition.isPresent()) return lookups.cardDefinition(principal, definition.get());
    return ENDPOINT.id(uri).flatMap(id -> lookups.endpoint(principal, id));
  }

  private static Outcome content(Call call, Duration keep, String uri, String type, String text) {
    String scope = keep.isZero() ? "private" : "public";
    return Result.cacheable(
        call.revision(),
        keep,
        scope,
        out -> {
          out.writeName("contents");
          out.writeStartArray();
          out.writeStartObject();
          out.writeStringProperty("uri", uri);
          out.writeStringProperty("mimeType", type);
          out.writeStringProperty("text", text);
          if (type.equals(PAGE_TYPE)) sandbox(out);
          out.writeEndObject();
          out.writeEndArray();
        });
  }

  /// A page talks to its host alone and loads nothing.
  private static void sandbox(JsonGenerator out) {
    out.writeName("_meta");
    out.writeStartObject();
    out.writeName("ui");
    out.writeStartObject();
    out.writeName("csp");
    out.writeStartObject();
    out.writeName("connectDomains");
    out.writeArray(new String[0], 0, 0);
    out.writeName("resourceDomains");
    out.writeArray(new String[0], 0, 0);
    out.writeEndObject();
    out.writeBooleanProperty("prefersBorder", true);
    out.writeEndObject();
    out.writeEndObject();
  }

  private static Guide guide(String name, String title, String description) {
    return new Guide(name, title, description, text("guides/" + name + ".md"));
  }

  /// Schemas by tool as JSON that can stand inside a script element.
  private static String script(Map<String, String> schemas) {
    byte[] json =
        JsonText.bytes(out -> {
          out.writeStartObject();
          schemas.forEach((tool, schema) -> {
            out.writeName(tool);
            out.writeRawValue(schema);
          });
          out.writeEndObject();
        });
    return new String(json, StandardCharsets.UTF_8).replace("<", "\\u003c");
  }

  static String text(String resource) {
    try (var in = Resources.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null)
        throw new IllegalStateException("there is no " + resource + " on the class path");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(resource + " cannot be read", unreadable);
    }
  }
}
