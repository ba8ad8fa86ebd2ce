package io.cardloom.aggregator.connect;

import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A piece of markup. Whatever is put into it is text and escaped, unless it is markup itself.
///
/// @param markup well formed, and safe in an element or between the quotes of an attribute
record Html(String markup) {
  static final Html NONE = new Html("");

  private static final Pattern PLACE = Pattern.compile("\\{}");

  /// Fills each `{}` of a template, which is ours, with the next value: markup, a list of markup,
  /// or anything else as text.
  static Html of(String template, Object... values) {
    Iterator<Object> next = List.of(values).iterator();
    Matcher places = PLACE.matcher(template);
    var markup =
        places.replaceAll(place -> {
          if (!next.hasNext()) throw new IllegalStateException("too few values for: " + template);
          return Matcher.quoteReplacement(put(next.next()));
        });
    if (next.hasNext()) throw new IllegalStateException("too many values for: " + template);
    return new Html(markup);
  }

  private static String put(Object value) {
    return switch (value) {
      case Html html -> html.markup;
      case List<?> list -> list.stream().map(Html::put).collect(Collectors.joining());
      default -> escaped(value.toString());
    };
  }

  private static String escaped(String text) {
    var out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\n', '\t' -> out.append(c);
        default -> out.append(Character.isISOControl(c) ? '\uFFFD' : c);
      }
    }
    return out.toString();
  }
}
