package io.cardloom.local.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Two tenants that are alike and are asked alike, but for one thing: where the first is given a
/// name of another tenant, the second is given one that nobody has. So what the first is answered
/// has to be what the second is answered, with that name in it.
final class Twins {
  static final String FIRST = "twinone";
  static final String SECOND = "twintwo";

  /// How long what becomes visible a moment later may take to be the same for both.
  private static final Duration SETTLE = Duration.ofSeconds(20);

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /// Made up anew at each call, or measured: ids, times, digests, keys of applications.
  private static final Pattern MADE_UP =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
              + "|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z"
              + "|[0-9a-f]{32,}"
              + "|cl_[a-z]+_[A-Za-z0-9_.-]+");

  /// Refusals of callers, whatever they ask for.
  private static final Set<String> UNSEEN = Set.of("forbidden", "unauthenticated", "bad_request");

  private static final List<String> PROGRESS =
      List.of("state", "applied", "created", "updated", "deleted", "unchanged", "problem", "next");

  private static final Set<String> MEASURED =
      Set.of("durationMs", "retryAfterMs", "lagSeconds", "acceptedAtMicros", "sum", "min", "max");

  private final Names names;
  private final String secret;

  /// How often each thing was asked.
  private final TreeMap<String, Tally> tally = new TreeMap<>();

  /// How often one thing was asked, and how far the calls came.
  static final class Tally {
    int calls;

    /// Not refused.
    int answered;

    /// Taken by the contract, and by what a caller may do.
    int reached;

    /// Of these, those with a name of the other tenant.
    int foreign;

    /// Whether the calls say anything of what was called.
    boolean proves(boolean takesNames) {
      return takesNames ? foreign > 0 : reached > 0;
    }

    @Override
    public String toString() {
      return calls
          + " calls, "
          + answered
          + " answered, "
          + reached
          + " looked up, "
          + foreign
          + " for names of another";
    }
  }

  /// @param secret in everything the other tenant has
  Twins(Names names, String secret) {
    this.names = names;
    this.secret = secret;
  }

  /// Asks both, and fails where they are not answered alike. What reads only is asked again for a
  /// while.
  void ask(String what, boolean reads, Supplier<JsonNode> first, Supplier<JsonNode> second) {
    long end = System.nanoTime() + SETTLE.toNanos();
    while (true) {
      JsonNode one = first.get();
      JsonNode two = second.get();
      learnKeys("", one, two);
      String told = one.toString();
      assertThat(told).as(what).doesNotContain(secret).doesNotContain(Names.NOBODYS);
      assertThat(two.toString()).as(what).doesNotContain(secret).doesNotContain(Names.FOREIGN);
      String alike = comparable(two.toString().replace(SECOND, FIRST), true, reads);
      String itself = comparable(told, false, reads);
      if (itself.equals(alike) || !reads || System.nanoTime() > end) {
        assertThat(itself).as(what).isEqualTo(alike);
        learn("", one, two);
        return;
      }
      pause();
    }
  }

  Tally tally(String what) {
    return tally.computeIfAbsent(what, _ -> new Tally());
  }

  /// Counts a call.
  ///
  /// @param asked what it was asked with
  /// @param taken whether the contract takes it
  /// @param refused how it was refused, or empty
  void count(String what, String asked, boolean taken, String refused) {
    Tally counts = tally(what);
    counts.calls++;
    if (refused.isEmpty()) counts.answered++;
    if (!taken && !refused.isEmpty() || UNSEEN.contains(refused)) return;
    counts.reached++;
    if (!names.toTwin(asked).equals(asked)) counts.foreign++;
  }

  private static void pause() {
    try {
      Thread.sleep(50); // between two looks at what settles, bounded by SETTLE
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(failure);
    }
  }

  private String comparable(String answer, boolean ofTwin, boolean reads) {
    var tree = Mcp.JSON.readTree(ofTwin ? names.fromTwin(answer) : answer);
    return comparable("", reads ? tree : withoutProgress(tree)).toString();
  }

  /// An import that was just begun may have come further with one than with the other; where it is
  /// asked for later, it is done.
  private static JsonNode withoutProgress(JsonNode node) {
    if (node instanceof ObjectNode object && object.has("importId")) object.remove(PROGRESS);
    if (node instanceof ObjectNode object && object.path("text").isString()) {
      // The same once more, as words.
      String text = object.path("text").asString();
      if (text.startsWith("{\"importId\"")) {
        object.set("text", withoutProgress(Mcp.JSON.readTree(text)));
      }
    }
    node.forEach(Twins::withoutProgress);
    return node;
  }

  private static JsonNode comparable(String name, JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        var same = NODES.objectNode();
        object
            .properties()
            .forEach(one -> same.set(one.getKey(), comparable(one.getKey(), one.getValue())));
        yield same;
      }
      case tools.jackson.databind.node.ArrayNode array -> {
        var same = NODES.arrayNode();
        array.forEach(item -> same.add(comparable(name, item)));
        yield same;
      }
      case JsonNode value when MEASURED.contains(name) -> NODES.stringNode("<measured>");
      case JsonNode value when name.equals("after") ->
          NODES.booleanNode(!value.asString("").isEmpty());
      case JsonNode value when value.isString() -> text(value.asString());
      default -> node;
    };
  }

  /// Texts of tools are JSON as often as not.
  private static JsonNode text(String text) {
    if (text.startsWith("{")) {
      try {
        return comparable("", Mcp.JSON.readTree(text));
      } catch (tools.jackson.core.JacksonException _) {
        // Words, then.
      }
    }
    return NODES.stringNode(MADE_UP.matcher(text).replaceAll("<made up>"));
  }

  /// Ids that the two were told in the same place, to ask with later.
  private void learn(String name, JsonNode one, JsonNode two) {
    if (one.isObject()) {
      one.properties()
          .forEach(property ->
              learn(property.getKey(), property.getValue(), two.path(property.getKey())));
    } else if (one.isArray()) {
      for (int i = 0; i < Math.min(one.size(), 5); i++) learn(name, one.get(i), two.path(i));
    } else if (one.isString() && two.isString() && LEARNED.contains(name)) {
      names.learned(kind(name), one.asString(), two.asString());
    }
  }

  /// Ids of applications' keys, which are made up and may be told in words beside them.
  private void learnKeys(String name, JsonNode one, JsonNode two) {
    if (one.isObject()) {
      one.properties()
          .forEach(property ->
              learnKeys(property.getKey(), property.getValue(), two.path(property.getKey())));
    } else if (one.isArray()) {
      for (int i = 0; i < one.size(); i++) {
        if (name.equals("keys")) {
          names.learned(
              "applicationKey",
              one.get(i).path("id").asString(""),
              two.path(i).path("id").asString(""));
        } else {
          learnKeys(name, one.get(i), two.path(i));
        }
      }
    }
  }

  private static final List<String> LEARNED = List.of("after", "importId", "correlationId");

  private static String kind(String name) {
    return switch (name) {
      case "after" -> "cursor";
      case "importId" -> "import";
      default -> "correlation";
    };
  }
}
