package io.cardloom.aggregator.identity;

import java.time.Duration;

/// What a look at a request's token comes to.
public sealed interface Verdict {
  /// The token is good for this workspace.
  record Verified(Principal principal) implements Verdict {}

  /// There was no token.
  record Missing() implements Verdict {}

  /// The token is not good here.
  ///
  /// @param reason one clause for the client's developer, without a value from the token
  record Refused(String reason) implements Verdict {}

  /// The issuer's keys have never been loaded, so nothing can be said yet.
  record Unready(Duration retryAfter) implements Verdict {}
}
