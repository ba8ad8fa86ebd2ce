package io.cardloom.kit.problem;

import java.util.List;

/// One rule that the input breaks.
///
/// @param path where, such as `entries[0].values.price`
/// @param rule code word of the rule, such as `wrong_type`
/// @param message one sentence
/// @param got what was sent, cut to [#GOT_CHARS_MAX]; empty where it says nothing
/// @param allowed what is allowed instead
/// @param didYouMean the nearest known name, or empty
public record Violation(
    String path, String rule, String message, String got, List<String> allowed, String didYouMean) {

  /// Longest echo of caller input, in characters: enough to recognise it, too little to flood an
  /// answer.
  public static final int GOT_CHARS_MAX = 120;

  public Violation {
    got = got.length() <= GOT_CHARS_MAX ? got : got.substring(0, GOT_CHARS_MAX) + "…";
    allowed = List.copyOf(allowed);
  }

  public static Violation of(String path, String rule, String message) {
    return new Violation(path, rule, message, "", List.of(), "");
  }

  public static Violation of(String path, String rule, String message, String got) {
    return new Violation(path, rule, message, got, List.of(), "");
  }
}
