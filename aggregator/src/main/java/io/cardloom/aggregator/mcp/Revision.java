package io.cardloom.aggregator.mcp;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The protocol revisions served on one path, newest first.
public enum Revision {
  /// Every request tells its revision; no handshake.
  R2026_07_28("2026-07-28"),
  R2025_11_25("2025-11-25"),
  R2025_06_18("2025-06-18"),
  /// Knows neither titles nor structured content. What a request without a version header is taken
  /// for.
  R2025_03_26("2025-03-26");

  private final String text;

  Revision(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  public boolean modern() {
    return this == R2026_07_28;
  }

  /// Whether results may carry structured content.
  public boolean structured() {
    return this != R2025_03_26;
  }

  static @Nullable Revision of(@Nullable String text) {
    for (var revision : values()) {
      if (revision.text.equals(text)) return revision;
    }
    return null;
  }

  static List<String> texts() {
    return Arrays.stream(values()).map(Revision::text).toList();
  }
}
