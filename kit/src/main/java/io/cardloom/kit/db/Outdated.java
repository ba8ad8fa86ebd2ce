package io.cardloom.kit.db;

/// What was remembered from an earlier transaction is so no more; see [Tx#mayTrust].
public final class Outdated extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param what in words, with its name
  public Outdated(String what) {
    super(what + " changed meanwhile");
  }
}
