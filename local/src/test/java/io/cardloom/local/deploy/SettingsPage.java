package io.cardloom.local.deploy;

import io.cardloom.kit.run.Settings;
import io.cardloom.kit.run.Settings.Asked;
import io.cardloom.kit.run.Settings.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The table of settings, from the code: what each service asks for when it starts, with its type
/// and default, and the bounds as its refusals tell them. Only the sentences are written by hand.
final class SettingsPage {
  /// Texts that a setting with a rule refuses, of every kind.
  private static final Map<Kind, List<String>> WRONG =
      Map.of(
          Kind.TEXT, List.of("%", "a/"),
          Kind.NUMBER, List.of("-2147483648", "2147483647"),
          Kind.FLAG, List.of(),
          Kind.DURATION, List.of("PT-1S", "PT0S", "P36500D"),
          Kind.SECRET, List.of("c2hvcnQ="));

  private static final Pattern RULE = Pattern.compile("must (?:be |have )?(.*?)(?:, it is .*)?$");

  private final Path keys;
  private final Map<String, String> words;

  /// @param words a sentence for each key
  SettingsPage(Path keys, Map<String, String> words) {
    this.keys = keys;
    this.words = words;
  }

  private static final class Row {
    final Asked asked;
    final Map<String, String> defaults = new LinkedHashMap<>();
    final TreeSet<String> neededBy = new TreeSet<>();
    final LinkedHashSet<String> rules = new LinkedHashSet<>();

    Row(Asked asked) {
      this.asked = asked;
    }
  }

  /// All keys, in order, as rows of Markdown.
  ///
  /// @throws IllegalStateException where a key has no sentence, or a sentence no key
  String table() {
    var rows = new TreeMap<String, Row>();
    Configs.ALL.forEach((service, config) -> {
      for (Asked asked : asked(config)) {
        var row = rows.computeIfAbsent(asked.key(), _ -> new Row(asked));
        row.defaults.put(service, asked.otherwise().orElse(""));
        if (asked.needed()) row.neededBy.add(service);
        for (String wrong : WRONG.getOrDefault(asked.kind(), List.of())) {
          refusal(config, asked.key(), wrong).ifPresent(row.rules::add);
        }
      }
    });
    if (!rows.keySet().equals(new TreeSet<>(words.keySet()))) {
      var without = new TreeSet<>(rows.keySet());
      without.removeAll(words.keySet());
      var gone = new TreeSet<>(words.keySet());
      gone.removeAll(rows.keySet());
      throw new IllegalStateException(
          "settings without a sentence: " + without + "; sentences without a setting: " + gone);
    }
    var lines = new ArrayList<String>();
    lines.add("| key | type | default | bounds | read by | what it is |");
    lines.add("|---|---|---|---|---|---|");
    rows.forEach((key, row) -> lines.add(line(key, row)));
    return String.join("\n", lines) + "\n";
  }

  private String line(String key, Row row) {
    var services = row.defaults.keySet();
    String readBy = services.size() == Configs.ALL.size() ? "all" : String.join(", ", services);
    return "| `%s` | %s | %s | %s | %s | %s |"
        .formatted(
            key,
            row.asked.kind().name().toLowerCase(java.util.Locale.ROOT),
            otherwise(row),
            row.rules.stream()
                .map(rule -> rule.replaceFirst("^match (.*)$", "match `$1`"))
                .collect(Collectors.joining("; ")),
            readBy,
            words.get(key));
  }

  private String otherwise(Row row) {
    if (!row.neededBy.isEmpty()) return "**needed**";
    var different = new LinkedHashSet<String>();
    for (String value : row.defaults.values()) {
      if (!value.isEmpty()) different.add(shown(row.asked.kind(), value));
    }
    return String.join(", ", different);
  }

  /// Days as days, and what another setting says by that one's name.
  private String shown(Kind kind, String value) {
    if (kind == Kind.DURATION) {
      var duration = Duration.parse(value);
      boolean days = duration.equals(Duration.ofDays(duration.toDays()));
      return "`" + (days ? "P" + duration.toDays() + "D" : value) + "`";
    }
    return enough().entrySet().stream()
        .filter(given -> given.getValue().equals(value))
        .findFirst()
        .map(given -> "as `" + given.getKey() + "`")
        .orElse("`" + value + "`");
  }

  private List<Asked> asked(Function<Settings, Object> config) {
    var asked = new LinkedHashMap<String, Asked>();
    var _ = config.apply(Settings.of(enough(), one -> asked.putIfAbsent(one.key(), one)));
    return List.copyOf(asked.values());
  }

  /// How the setting's own rule refuses this text.
  private Optional<String> refusal(Function<Settings, Object> config, String key, String wrong) {
    var given = new TreeMap<>(enough());
    given.put(key, wrong);
    try {
      var _ = config.apply(Settings.of(given));
      return Optional.empty();
    } catch (IllegalArgumentException refused) {
      Matcher rule = RULE.matcher(String.valueOf(refused.getMessage()));
      // What another setting says of this one is no bound of its own.
      if (!rule.find() || !String.valueOf(refused.getMessage()).contains(key + " ")) {
        return Optional.empty();
      }
      return Optional.of(rule.group(1));
    } catch (RuntimeException _) {
      return Optional.empty();
    }
  }

  /// What every service starts with, and what asks it for all that it can be asked for.
  private Map<String, String> enough() {
    var enough = new TreeMap<String, String>();
    enough.put("keys", keys.toString());
    enough.put("http-port", "7401");
    enough.put("kafka.bootstrap", "kafka:9092");
    enough.put("db.url", "jdbc:postgresql://postgres/cardloom");
    enough.put("public-base", "https://mcp.example.com");
    enough.put("identity.issuer", "https://id.example.com");
    enough.put("identity.jwks", "https://id.example.com/keys");
    enough.put("connect.client-id", "cardloom-connect");
    enough.put("connect.secret", Base64.getEncoder().encodeToString(new byte[32]));
    for (String service : Configs.ALL.keySet()) {
      enough.put(service + ".target", service + ":7410");
      enough.put("peer." + service, service + ":7410");
    }
    return enough;
  }
}
