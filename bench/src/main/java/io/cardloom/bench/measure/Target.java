package io.cardloom.bench.measure;

import java.util.Locale;

/// Something that has to be reached.
///
/// @param goal for people
public record Target(String name, String goal, double value, boolean reached) {
  public static Target atLeast(String name, double bound, String unit, double value) {
    return new Target(name, ">= " + number(bound) + " " + unit, value, value >= bound);
  }

  public static Target atMost(String name, double bound, String unit, double value) {
    return new Target(name, "<= " + number(bound) + " " + unit, value, value <= bound);
  }

  static String number(double value) {
    double size = Math.abs(value);
    return String.format(
        Locale.ROOT,
        size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f",
        value);
  }
}
