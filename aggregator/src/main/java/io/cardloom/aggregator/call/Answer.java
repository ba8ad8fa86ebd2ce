package io.cardloom.aggregator.call;

import io.cardloom.proto.common.v1.ProblemDetail;

/// What a call of a tool comes to.
public sealed interface Answer {
  /// It went well.
  ///
  /// @param json the answer, one JSON object
  record Done(byte[] json) implements Answer {}

  /// It failed in a way the agent can do something about, or that is ours.
  ///
  /// @param json `{"error": {...}}`
  record Failed(byte[] json) implements Answer {}

  /// It would change what is live and waits for a yes.
  ///
  /// @param json as of [Failed], for a client that cannot ask its person
  record NeedsConfirmation(ProblemDetail problem, byte[] json) implements Answer {}

  /// There is no such tool.
  ///
  /// @param didYouMean the nearest name, or empty
  record UnknownTool(String didYouMean) implements Answer {}

  /// The role allows it, the token's scopes do not.
  ///
  /// @param scopes all to ask for, separated by spaces
  record ScopeTooSmall(String scopes) implements Answer {}
}
