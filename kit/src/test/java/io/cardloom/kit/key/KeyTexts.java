package io.cardloom.kit.key;

/// Keys that nobody was given.
public final class KeyTexts {
  private KeyTexts() {}

  /// The key as one of another workspace, well-formed.
  public static String in(String tenant, String key) {
    var text = KeyText.parse(key).orElseThrow();
    return new KeyText(text.kind(), tenant, text.id(), text.secret()).text();
  }
}
