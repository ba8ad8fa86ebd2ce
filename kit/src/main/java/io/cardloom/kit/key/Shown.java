package io.cardloom.kit.key;

/// What a request shows of a key.
public sealed interface Shown {
  /// None.
  record Nothing() implements Shown {}

  /// One that opens nothing here.
  ///
  /// @param reason one clause for the program's developer; says no more of a key than its holder
  ///   may know
  record Bad(String reason) implements Shown {}

  /// A good one.
  record Good(Grant grant) implements Shown {}

  /// The challenge of a request that needs a key and shows none.
  static String challenge() {
    return "Bearer realm=\"cardloom\"";
  }

  /// The challenge of a request that shows a bad one.
  static String challenge(Bad bad) {
    return challenge() + ", error=\"invalid_token\", error_description=\"" + bad.reason() + "\"";
  }
}
