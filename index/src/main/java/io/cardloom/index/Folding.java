package io.cardloom.index;

import java.util.Locale;
import java.util.function.Consumer;

/// How values are compared: lower-case, by code points; and what of them is in the inverted index.
final class Folding {
  /// Longest word, in characters; longer ones agree when they agree in so many.
  static final int WORD_CHARS_MAX = 64;

  private Folding() {}

  /// The value without case. PostgreSQL holds no NUL character.
  static String fold(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return lower.indexOf('\0') < 0 ? lower : lower.replace('\0', '\uFFFD');
  }

  /// Runs of letters and digits of a folded value.
  static void words(String folded, Consumer<String> word) {
    int start = -1;
    for (int i = 0; i < folded.length(); ) {
      int point = folded.codePointAt(i);
      boolean part = part(point);
      if (part && start < 0) start = i;
      if (!part && start >= 0) {
        word.accept(cut(folded, start, i));
        start = -1;
      }
      i += Character.charCount(point);
    }
    if (start >= 0) word.accept(cut(folded, start, folded.length()));
  }

  private static boolean part(int point) {
    if (point < 128) {
      return (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
    }
    return Character.isLetterOrDigit(point)
        || Character.getType(point) == Character.NON_SPACING_MARK;
  }

  private static String cut(String text, int from, int to) {
    return text.substring(from, Math.min(to, from + WORD_CHARS_MAX));
  }

  /// What is indexed of a word of the property in a slot. Begins with the word, so that a search of
  /// all properties finds it by its beginning.
  static String term(String word, int slot) {
    return word + '=' + slot;
  }

  /// The word of a number. No other word begins so.
  static String word(double number) {
    long whole = (long) number;
    return "#" + (whole == number ? Long.toString(whole) : Double.toString(number));
  }

  /// The word of a boolean.
  static String word(boolean value) {
    return value ? "#t" : "#f";
  }

  /// A LIKE pattern's part that means just this text.
  static String escapeLike(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }
}
