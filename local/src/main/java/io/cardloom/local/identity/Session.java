package io.cardloom.local.identity;

import io.cardloom.local.Refusal;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An access token of an example person that is always good for a while: it is renewed before it
/// ends, and the person signs in again where that fails. Safe for several threads.
public final class Session implements Supplier<String> {
  /// A call that begins now has at least this long.
  private static final Duration LEFT_MIN = Duration.ofSeconds(60);

  private final SignIn signIn;
  private final ExamplePerson person;
  private final String workspace;
  private @Nullable Tokens tokens;

  public Session(SignIn signIn, ExamplePerson person, String workspace) {
    this.signIn = signIn;
    this.person = person;
    this.workspace = workspace;
  }

  @Override
  public synchronized String get() {
    var held = tokens;
    if (held == null) {
      held = signIn.as(person, workspace, SignIn.SCOPES);
    } else if (held.ends().minus(LEFT_MIN).isBefore(signIn.clock().instant())) {
      held = renewed(held);
    }
    tokens = held;
    return held.access();
  }

  private Tokens renewed(Tokens held) {
    try {
      return signIn.renewed(held);
    } catch (Refusal _) {
      return signIn.as(person, workspace, SignIn.SCOPES);
    }
  }
}
