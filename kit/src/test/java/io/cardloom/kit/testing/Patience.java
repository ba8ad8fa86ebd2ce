package io.cardloom.kit.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.Extension;

/// How long a test awaits what it expects, where it says nothing else: long enough for a machine
/// that does four other things. A wait ends when what is awaited is there, so only a failure costs
/// this much. JUnit finds this class by itself (`META-INF/services`).
public final class Patience implements Extension {
  private static final Duration WAIT = Duration.ofSeconds(60);

  public Patience() {
    Awaitility.setDefaultTimeout(WAIT);
  }
}
