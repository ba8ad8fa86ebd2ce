package io.cardloom.index;

import java.util.Locale;
import java.util.function.Consumer;

/// How values are compared: lower-case, by code points; and how they become words and terms.
final class Folding {
  /// Longest word, in characters; longer ones agree when they agree in so many.
  static final int WORD_CHARS_MAX = 64;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

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

  /// The term of a folded value of the property in a slot; 64 bits, so that two values meet in one
  /// term about once in 10^19 pairs.
  static long term(int slot, String language, String folded) {
    long hash = FNV_OFFSET + slot * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < language.length(); i++) hash = (hash ^ language.charAt(i)) * FNV_PRIME;
    hash = (hash ^ 0x1_0000) * FNV_PRIME;
    for (int i = 0; i < folded.length(); i++) hash = (hash ^ folded.charAt(i)) * FNV_PRIME;
    return mix(hash);
  }

  static long term(int slot, double number) {
    long bits = Double.doubleToLongBits(number == 0 ? 0.0 : number);
    return mix((FNV_OFFSET + slot * 0x9E3779B97F4A7C15L) ^ mix(bits));
  }

  static long term(int slot, boolean value) {
    return term(slot, "", value ? "true" : "false");
  }

  private static long mix(long bits) {
    long h = bits;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  /// A LIKE pattern's part that means just this text.
  static String escapeLike(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }
}
