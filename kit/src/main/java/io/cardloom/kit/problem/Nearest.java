package io.cardloom.kit.problem;

import java.util.Collection;
import java.util.Locale;

/// The known name that a mistyped one most likely means.
public final class Nearest {
  /// Longest name compared, in characters; longer ones are no typing slip.
  private static final int NAME_CHARS_MAX = 64;

  private Nearest() {}

  /// The candidate within an edit distance of a third of the name's length, or empty.
  public static String of(String name, Collection<String> candidates) {
    String wanted = name.toLowerCase(Locale.ROOT);
    if (wanted.isEmpty() || wanted.length() > NAME_CHARS_MAX) return "";
    int best = Math.max(1, wanted.length() / 3) + 1;
    String nearest = "";
    for (String candidate : candidates) {
      if (Math.abs(candidate.length() - wanted.length()) >= best) continue;
      int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /// Levenshtein distance, two rows at a time.
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) previous[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
