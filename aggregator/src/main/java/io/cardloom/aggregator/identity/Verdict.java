package io.cardloom.aggregator.identity;

import java.time.Duration;

/// What a look at a request's token comes to.
public sealed interface Verdict {
  /// The token is good for this workspace.
  record Verified(Principal principal) implements Verdict {}

  /// There was no token.
  record Missing() implements Verdict {}

  /// The token was good until it ended.
  record Ended() implements Verdict {
    public static final String REASON = "the token has expired";
  }

  /// The token is not good here.
  ///
  /// @param reason one clause for the client's developer, without a value from the token
  /// @param subject whom the token speaks of, where it is one of the issuer's and only for
  ///   something else; empty where that is not certain
  /// @param client likewise, the program it was given to
  record Refused(String reason, String subject, String client) implements Verdict {
    Refused(String reason) {
      this(reason, "", "");
    }
  }

  /// The issuer's keys have never been loaded, so nothing can be said yet.
  record Unready(Duration retryAfter) implements Verdict {}
}
