package io.cardloom.local.catalogue;

import java.util.Locale;

/// The type of a property, as the tools name it.
public enum Kind {
  TEXT,
  LOCALIZED_TEXT,
  LIST,
  LOCALIZED_LIST,
  BOOLEAN,
  TIMESTAMP,
  INTEGER,
  DECIMAL;

  /// The narrowest kind that holds the values of both: integers fit in decimals, a single value in
  /// a list, anything else that differs in a text.
  Kind widenedBy(Kind other) {
    if (this == other) {
      return this;
    }
    if (this == LIST || other == LIST) {
      return LIST;
    }
    boolean numbers =
        (this == INTEGER || this == DECIMAL) && (other == INTEGER || other == DECIMAL);
    return numbers ? DECIMAL : TEXT;
  }

  public boolean localized() {
    return this == LOCALIZED_TEXT || this == LOCALIZED_LIST;
  }

  /// From the word a tool answers with, in any case.
  public static Kind ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
