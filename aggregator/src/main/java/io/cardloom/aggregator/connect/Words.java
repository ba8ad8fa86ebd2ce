package io.cardloom.aggregator.connect;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/// The page's words in one language, from `connect/words_*.properties`. They are ours, and may hold
/// the `{}` of [Html].
final class Words {
  /// Longest header that is looked at.
  private static final int HEADER_CHARS_MAX = 200;

  /// The first is taken where a browser asks for none of them.
  static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

  private static final Map<Locale, Words> ALL =
      LANGUAGES.stream().collect(Collectors.toMap(language -> language, Words::new));

  private final Locale language;
  private final Properties words;

  private Words(Locale language) {
    this.language = language;
    this.words = read("connect/words_" + language.getLanguage() + ".properties");
  }

  /// Those that a browser's `Accept-Language` asks for.
  static Words asked(String acceptLanguage) {
    Locale language = LANGUAGES.getFirst();
    if (!acceptLanguage.isBlank() && acceptLanguage.length() <= HEADER_CHARS_MAX) {
      try {
        var found = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES);
        if (found != null) language = found;
      } catch (IllegalArgumentException notOne) {
        // A header that cannot be read asks for nothing.
      }
    }
    return java.util.Objects.requireNonNull(ALL.get(language));
  }

  static Words in(Locale language) {
    return java.util.Objects.requireNonNull(ALL.get(language));
  }

  String language() {
    return language.getLanguage();
  }

  String text(String key) {
    String text = words.getProperty(key);
    if (text == null) throw new IllegalStateException("no words for " + key + " in " + language);
    return text;
  }

  Html html(String key, Object... values) {
    return Html.of(text(key), values);
  }

  /// The words of a name of ours, or the name where it is none.
  String named(String kind, String name) {
    return words.getProperty(kind + "." + name.replace(':', '.'), name);
  }

  /// A day as people of the language write it.
  String day(Instant instant) {
    return DateTimeFormatter.ofPattern(text("day"), language)
        .withZone(ZoneOffset.UTC)
        .format(instant);
  }

  List<String> keys() {
    return words.stringPropertyNames().stream().sorted().toList();
  }

  private static Properties read(String resource) {
    var properties = new Properties();
    try (var in = Words.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) throw new IllegalStateException("there is no " + resource);
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return properties;
  }
}
