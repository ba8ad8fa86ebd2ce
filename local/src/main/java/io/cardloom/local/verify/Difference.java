package io.cardloom.local.verify;

/// A place where the pipeline does not hold what the entries imply.
///
/// @param place such as `card product` or `endpoint shop.v1.products`
/// @param expected canonical JSON, or `nothing`
/// @param found the same
public record Difference(String place, String key, String expected, String found) {
  private static final int SHOWN_MAX = 400;
  public static final String NOTHING = "nothing";

  public String sentence() {
    return place + ", " + key + ":\n  expected " + shown(expected) + "\n  found    " + shown(found);
  }

  private static String shown(String json) {
    return json.length() <= SHOWN_MAX ? json : json.substring(0, SHOWN_MAX) + "...";
  }
}
