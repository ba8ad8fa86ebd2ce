package io.cardloom.ingest.value;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The language of a localized value: ISO 639-1, then an ISO 15924 script or an ISO 3166 region or
/// both, such as `en`, `sv-SE`, `zh-Hans-CN`; at most 10 characters.
public final class Language {
  /// What is allowed, for people.
  public static final List<String> ALLOWED = List.of("en", "sv-SE", "zh-Hans-CN");

  private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());
  private static final Set<String> REGIONS = Set.of(Locale.getISOCountries());
  private static final int CHARS_MAX = 10;

  private Language() {}

  /// The language in its usual casing (`SV_se` is `sv-SE`), or empty when it is none.
  public static Optional<String> of(String text) {
    if (LANGUAGES.contains(text)) return Optional.of(text);
    if (text.length() < 2 || text.length() > CHARS_MAX) return Optional.empty();
    String[] parts = text.replace('_', '-').split("-", -1);
    String language = parts[0].toLowerCase(Locale.ROOT);
    if (!LANGUAGES.contains(language) || parts.length > 3) return Optional.empty();
    var canonical = new StringBuilder(language);
    int next = 1;
    if (next < parts.length && parts[next].matches("[A-Za-z]{4}")) {
      String script = parts[next++];
      canonical.append('-').append(Character.toUpperCase(script.charAt(0)));
      canonical.append(script.substring(1).toLowerCase(Locale.ROOT));
    }
    if (next < parts.length) {
      String region = parts[next++].toUpperCase(Locale.ROOT);
      if (!REGIONS.contains(region)) return Optional.empty();
      canonical.append('-').append(region);
    }
    return next == parts.length ? Optional.of(canonical.toString()) : Optional.empty();
  }
}
