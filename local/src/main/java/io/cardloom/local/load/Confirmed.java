package io.cardloom.local.load;

/// Hears how far a file is settled, each time more of it is.
@FunctionalInterface
public interface Confirmed {
  /// Every row up to `line` is stored or was reported as bad.
  void upTo(long line);
}
