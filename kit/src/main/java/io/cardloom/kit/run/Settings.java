package io.cardloom.kit.run;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Settings by key, from system properties, then the environment, then a file, so that a container
/// overrides what it ships with.
///
/// The key `db.pool-size` is `CARDLOOM_DB_POOL_SIZE` in the environment. A setting that is missing
/// or wrong stops the start with a sentence that names its key.
public final class Settings {
  private final Config config;
  private final Map<String, String> environment;
  private final Consumer<Asked> asked;

  private Settings(Config config, Map<String, String> environment, Consumer<Asked> asked) {
    this.config = config;
    this.environment = environment;
    this.asked = asked;
  }

  /// What a setting is a text for.
  public enum Kind {
    TEXT,
    NUMBER,
    FLAG,
    DURATION,
    SECRET
  }

  /// A setting, as a service asks for it.
  ///
  /// @param needed the service does not start without it
  /// @param otherwise what counts where it is not given; empty where nothing does
  public record Asked(String key, Kind kind, boolean needed, Optional<String> otherwise) {}

  /// A missing or wrong setting.
  public static final class WrongSetting extends IllegalArgumentException {
    WrongSetting(String key, String why) {
      super("setting " + key + " " + why);
    }
  }

  /// Settings of a process: system properties, environment, and the file that `CARDLOOM_CONFIG`
  /// names.
  public static Settings ofProcess() {
    var sources =
        Config.builder().disableEnvironmentVariablesSource().disableSystemPropertiesSource();
    String file = System.getenv("CARDLOOM_CONFIG");
    if (file == null) {
      sources.sources(ConfigSources.systemProperties().build());
    } else {
      sources.sources(
          ConfigSources.systemProperties().build(), ConfigSources.file(Path.of(file)).build());
    }
    return new Settings(sources.build(), System.getenv(), _ -> {});
  }

  /// Settings given by the caller alone.
  public static Settings of(Map<String, String> values) {
    return of(values, _ -> {});
  }

  /// Settings of an environment alone, as a container has one; `asked` hears every key that is
  /// looked for.
  public static Settings ofEnvironment(Map<String, String> environment, Consumer<String> asked) {
    return new Settings(Config.empty(), environment, one -> asked.accept(one.key()));
  }

  /// Settings given by the caller alone; `asked` hears everything that is looked for.
  public static Settings of(Map<String, String> values, Consumer<Asked> asked) {
    return new Settings(Config.just(ConfigSources.create(values)), Map.of(), asked);
  }

  /// The name of a key in the environment.
  public static String variable(String key) {
    return "CARDLOOM_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  public Optional<String> find(String key) {
    return asked(key, Kind.TEXT, false, Optional.empty());
  }

  private Optional<String> asked(
      String key, Kind kind, boolean needed, Optional<String> otherwise) {
    asked.accept(new Asked(key, kind, needed, otherwise));
    var own = config.get(key).asString().asOptional();
    return own.isPresent() ? own : Optional.ofNullable(environment.get(variable(key)));
  }

  /// What is secret: the setting itself, or all that the file of `{key}-file` holds, but not both.
  public Optional<String> secret(String key) {
    var own = asked(key, Kind.SECRET, false, Optional.empty());
    var file = find(key + "-file");
    if (file.isEmpty()) return own;
    if (own.isPresent()) throw new WrongSetting(key, "or " + key + "-file, one of them");
    try {
      return Optional.of(Files.readString(Path.of(file.get())).strip());
    } catch (IOException _) {
      throw new WrongSetting(key + "-file", "names " + file.get() + ", which cannot be read");
    }
  }

  public String text(String key) {
    return needed(key, Kind.TEXT);
  }

  private String needed(String key, Kind kind) {
    return asked(key, kind, true, Optional.empty())
        .orElseThrow(() -> new WrongSetting(key, "is missing"));
  }

  public String text(String key, String otherwise) {
    return asked(key, Kind.TEXT, false, Optional.of(otherwise)).orElse(otherwise);
  }

  public int number(String key, int otherwise) {
    return asked(key, Kind.NUMBER, false, Optional.of("" + otherwise))
        .map(text -> parse(key, text))
        .orElse(otherwise);
  }

  public int number(String key) {
    return parse(key, needed(key, Kind.NUMBER));
  }

  public boolean flag(String key, boolean otherwise) {
    return asked(key, Kind.FLAG, false, Optional.of("" + otherwise))
        .map(text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new WrongSetting(key, "must be true or false, it is " + text);
            })
        .orElse(otherwise);
  }

  /// A duration such as `PT30S`.
  public Duration duration(String key, Duration otherwise) {
    return asked(key, Kind.DURATION, false, Optional.of(otherwise.toString()))
        .map(text -> {
          try {
            return Duration.parse(text);
          } catch (java.time.format.DateTimeParseException _) {
            throw new WrongSetting(key, "must be a duration such as PT30S, it is " + text);
          }
        })
        .orElse(otherwise);
  }

  private static int parse(String key, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new WrongSetting(key, "must be a whole number, it is " + text);
    }
  }
}
