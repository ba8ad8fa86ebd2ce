package io.cardloom.kit.db;

/// Whether one try of a transaction may use what an earlier one told, and whether it did.
final class Trust {
  private final boolean given;
  private boolean used;

  Trust(boolean given) {
    this.given = given;
  }

  boolean use() {
    used |= given;
    return given;
  }

  boolean used() {
    return used;
  }
}
