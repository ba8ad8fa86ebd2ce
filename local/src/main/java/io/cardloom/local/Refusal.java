package io.cardloom.local;

/// Something the person at the keyboard can put right. The message is one sentence or two with the
/// way out; the command line prints it without a stack trace and exits with 1.
public final class Refusal extends RuntimeException {
  public Refusal(String message) {
    super(message);
  }

  public Refusal(String message, Throwable cause) {
    super(message, cause);
  }
}
