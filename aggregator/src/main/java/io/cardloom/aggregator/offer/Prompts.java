package io.cardloom.aggregator.offer;

import io.cardloom.aggregator.mcp.Call;
import io.cardloom.aggregator.mcp.Feature;
import io.cardloom.aggregator.mcp.Outcome;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.cardloom.aggregator.mcp.Outcome.Result;
import io.cardloom.proto.Permission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Prompts: tasks a person can start by name. Each is a text with places for its arguments, and
/// shown to those whose role and token allow what it asks for.
public final class Prompts implements Feature {
  private static final Duration KEEP = Duration.ofMinutes(5);

  /// Longest argument, in characters: an id or a few sentences.
  private static final int ARGUMENT_CHARS_MAX = 4000;

  /// @param kind of the objects whose ids complete it, or empty
  private record Argument(String name, String description, boolean required, String kind) {}

  private record Prompt(
      String name,
      String title,
      String description,
      Permission permission,
      List<Argument> arguments,
      String text) {
    static Prompt of(
        String name,
        String title,
        String description,
        Permission permission,
        Argument... arguments) {
      return new Prompt(
          name,
          title,
          description,
          permission,
          List.of(arguments),
          Resources.text("prompts/" + name + ".md"));
    }
  }

  private static final List<Prompt> ALL =
      List.of(
          Prompt.of(
              "audit-destination",
              "Audit a destination",
              "Check what a destination serves against what its cards say.",
              Permission.CONFIG_READ,
              new Argument("destinationId", "Destination to look at.", true, "destination")),
          Prompt.of(
              "onboard-source",
              "Onboard a source",
              "Set up a data source from a sample and import it.",
              Permission.CONFIG_WRITE,
              new Argument("sourceId", "Id the data source is to have.", true, ""),
              new Argument("sample", "A few records, as they come.", false, "")),
          Prompt.of(
              "why-not-live",
              "Why is this product not live?",
              "Follow one entry and say what keeps it from an endpoint.",
              Permission.DATA_READ,
              new Argument("sourceId", "Data source the entry came in by.", true, "data_source"),
              new Argument("entryId", "Entry to follow.", true, "")));

  @Override
  public String capability() {
    return "prompts";
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of(
        "prompts/list", new Method(Pace.QUICK, this::list),
        "prompts/get", new Method(Pace.QUICK, this::get));
  }

  /// The kind of object whose ids complete an argument; empty where there is none, nothing where
  /// there is no such argument.
  static Optional<String> kindOf(Call call, String prompt, String argument) {
    return find(call, prompt)
        .flatMap(known ->
            known.arguments().stream()
                .filter(one -> one.name().equals(argument))
                .map(Argument::kind)
                .findFirst());
  }

  private static Optional<Prompt> find(Call call, String name) {
    return ALL.stream()
        .filter(prompt -> prompt.name().equals(name) && call.principal().may(prompt.permission()))
        .findFirst();
  }

  private Outcome list(Call call) {
    if (call.envelope().params().cursor() != null) return Failure.wrongCursor();
    return Result.cacheable(
        call.revision(),
        KEEP,
        "private",
        out -> {
          out.writeName("prompts");
          out.writeStartArray();
          for (var prompt : ALL) {
            if (!call.principal().may(prompt.permission())) continue;
            out.writeStartObject();
            Resources.described(out, call, prompt.name(), prompt.title(), prompt.description());
            out.writeName("arguments");
            out.writeStartArray();
            for (var argument : prompt.arguments()) {
              out.writeStartObject();
              out.writeStringProperty("name", argument.name());
              out.writeStringProperty("description", argument.description());
              out.writeBooleanProperty("required", argument.required());
              out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }

  private Outcome get(Call call) {
    String name = call.envelope().params().name();
    var found = find(call, name == null ? "" : name);
    if (found.isEmpty()) return Failure.wrongParams("There is no such prompt.");
    var prompt = found.get();
    var given = call.envelope().members(call.envelope().arguments());
    var wrong = new ArrayList<String>();
    var values = new HashMap<String, String>();
    for (var argument : prompt.arguments()) {
      Object value = given.get(argument.name());
      if (value == null) {
        if (argument.required()) wrong.add(argument.name() + " is required");
        values.put(argument.name(), "");
      } else if (value instanceof String text && text.length() <= ARGUMENT_CHARS_MAX) {
        values.put(argument.name(), text);
      } else {
        wrong.add(
            argument.name() + " must be a text of at most " + ARGUMENT_CHARS_MAX + " characters");
      }
    }
    if (!wrong.isEmpty()) return Failure.wrongParams(String.join("; ", wrong) + ".");
    return new Result(out -> {
      out.writeStringProperty("description", prompt.description());
      out.writeName("messages");
      out.writeStartArray();
      out.writeStartObject();
      out.writeStringProperty("role", "user");
      out.writeName("content");
      out.writeStartObject();
      out.writeStringProperty("type", "text");
      out.writeStringProperty("text", filled(prompt.text(), values));
      out.writeEndObject();
      out.writeEndObject();
      out.writeEndArray();
    });
  }

  /// One pass, so that a value with braces stays what it is.
  private static String filled(String text, Map<String, String> values) {
    return java.util.regex.Pattern.compile("\\{(\\w+)\\}")
        .matcher(text)
        .replaceAll(place ->
            java.util.regex.Matcher.quoteReplacement(
                values.getOrDefault(place.group(1), place.group())));
  }
}
