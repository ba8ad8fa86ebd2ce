package io.cardloom.kit.key;

import java.util.Optional;

/// What a request shows of a key.
public sealed interface Shown {
  /// None.
  record Nothing() implements Shown {}

  /// One that opens nothing here.
  ///
  /// @param reason one clause for the program's developer; says no more of a key than its holder
  ///   may know
  /// @param was what it opened before it ended; empty where it was never good
  record Bad(String reason, Optional<Grant> was) implements Shown {
    Bad(String reason) {
      this(reason, Optional.empty());
    }
  }

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
