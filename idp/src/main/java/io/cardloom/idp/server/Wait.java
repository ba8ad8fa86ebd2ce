package io.cardloom.idp.server;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/// Pauses of a thread that may be interrupted.
final class Wait {
  private Wait() {}

  static void millis(long pause) throws InterruptedIOException {
    try {
      TimeUnit.MILLISECONDS.sleep(pause);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  static InterruptedIOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    var failure = new InterruptedIOException("interrupted while waiting for Keycloak");
    failure.initCause(cause);
    return failure;
  }
}
