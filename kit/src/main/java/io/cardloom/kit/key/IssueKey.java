package io.cardloom.kit.key;

import io.cardloom.kit.call.Caller;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Makes keys: the text for whoever asked, and what is stored of it.
final class IssueKey {
  private final String kind;
  private final Pepper pepper;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  IssueKey(String kind, Pepper pepper, Clock clock) {
    this.kind = kind;
    this.pepper = pepper;
    this.clock = clock;
  }

  /// A key that is not stored yet.
  record Issued(KeyText text, byte[] seal, Application.Key key) {}

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  Issued issue(Caller caller, int days, Instant now) {
    var text = KeyText.make(kind, caller.tenant(), random);
    var key =
        new Application.Key(
            text.id(),
            caller.subject(),
            now,
            now.plus(Duration.ofDays(days)),
            Optional.empty(),
            Optional.empty());
    return new Issued(text, pepper.seal(text), key);
  }
}
