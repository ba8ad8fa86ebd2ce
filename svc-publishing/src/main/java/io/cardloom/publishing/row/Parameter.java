package io.cardloom.publishing.row;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// A parameter of a consumer's query, from a URL or from a JSON body: both say the same things.
///
/// @param filter it can only be a filter, whatever its name; from a body's `must` and `mustNot`
record Parameter(String name, List<String> values, boolean filter) {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /// Most parameters of one query: filters with their operators, and the rest.
  private static final int PARAMETERS_MAX = 300;

  /// Reads the query part of a URL, in its order; repeated names are one parameter with several
  /// values.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `Invalid` when it is not URL-encoded
  static List<Parameter> ofUrl(String rawQuery) {
    var all = new Collected();
    for (String pair : rawQuery.split("&", -1)) {
      if (pair.isEmpty()) continue;
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      all.add(name, equals < 0 ? "" : decoded(pair.substring(equals + 1)), false);
    }
    return all.parameters();
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw refused("", "bad_encoding", "The query is not URL-encoded.", text);
    }
  }

  /// Reads a JSON body: the parameters of the URL, and `filter`, whose one group has `must` and
  /// `mustNot`, each a property to its values or to an object of operators.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `Invalid` when it is something else
  static List<Parameter> ofJson(byte[] body) {
    if (body.length == 0) return List.of();
    var all = new Collected();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) throw notAnObject();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("filter")) groups(parser, all);
        else values(parser, name, name, false, all);
      }
      if (parser.nextToken() != null) throw notAnObject();
    } catch (JacksonException _) {
      throw refused("body", "bad_json", "The body is not valid JSON.", "");
    }
    return all.parameters();
  }

  private static RuntimeException notAnObject() {
    return refused("body", "bad_json", "The body must be one JSON object.", "");
  }

  private static void groups(JsonParser parser, Collected all) {
    boolean list = parser.currentToken() == JsonToken.START_ARRAY;
    if (list && parser.nextToken() == JsonToken.END_ARRAY) return;
    if (parser.currentToken() != JsonToken.START_OBJECT) throw badFilter();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String side = parser.currentName();
      if (!side.equals("must") && !side.equals("mustNot")) {
        throw refused("filter." + side, "unknown_parameter", "A group has must and mustNot.", side);
      }
      if (parser.nextToken() != JsonToken.START_OBJECT) throw badFilter();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String property = parser.currentName();
        parser.nextToken();
        tests(parser, property, side.equals("mustNot"), all);
      }
    }
    if (list && parser.nextToken() != JsonToken.END_ARRAY) {
      throw refused("filter[1]", "one_group", "Only one group of filters is taken.", "");
    }
  }

  private static void tests(JsonParser parser, String property, boolean not, Collected all) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      values(parser, property, not ? property + "." + FilterTests.NOT : property, true, all);
      return;
    }
    if (not) {
      throw refused(
          "filter.mustNot." + property, "bad_filter", "mustNot takes values only.", property);
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String operator = parser.currentName();
      parser.nextToken();
      values(parser, property, property + "." + operator, true, all);
    }
  }

  /// One value or a list of them.
  private static void values(
      JsonParser parser, String path, String name, boolean filter, Collected all) {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      all.begin(name, filter);
      while (parser.nextToken() != JsonToken.END_ARRAY) all.add(name, scalar(parser, path), filter);
    } else {
      all.add(name, scalar(parser, path), filter);
    }
  }

  private static String scalar(JsonParser parser, String path) {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
      throw refused(
          path, "bad_value", "The parameter " + path + " takes a value or a list of values.", "");
    }
    return parser.getString();
  }

  private static RuntimeException badFilter() {
    return refused(
        "filter",
        "bad_filter",
        "A filter is [{\"must\":{property:[values]},\"mustNot\":{property:[values]}}].",
        "");
  }

  private static RuntimeException refused(String path, String rule, String message, String got) {
    return new Problem.Invalid(List.of(Violation.of(path, rule, message, got))).exception();
  }

  /// Parameters in the order of their first appearance.
  private static final class Collected {
    private final Map<String, Parameter> byName = new LinkedHashMap<>();

    void begin(String name, boolean filter) {
      String key = (filter ? "filter " : "") + name;
      byName.computeIfAbsent(key, _ -> new Parameter(name, new ArrayList<>(), filter));
      if (byName.size() > PARAMETERS_MAX) {
        throw refused(
            "", "too_many", "At most " + PARAMETERS_MAX + " parameters can be given.", "");
      }
    }

    void add(String name, String value, boolean filter) {
      begin(name, filter);
      byName.computeIfPresent(
          (filter ? "filter " : "") + name,
          (_, parameter) -> {
            parameter.values().add(value);
            return parameter;
          });
    }

    List<Parameter> parameters() {
      return List.copyOf(byName.values());
    }
  }
}
