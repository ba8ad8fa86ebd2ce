package io.cardloom.embedded;

/// Closes a server when the JVM exits, unless it was closed before or its owner does that.
final class ExitHook {
  private final Thread thread;

  private ExitHook(Thread thread) {
    this.thread = thread;
  }

  static ExitHook closing(String name, Runnable close) {
    var thread = new Thread(close, "close-" + name);
    Runtime.getRuntime().addShutdownHook(thread);
    return new ExitHook(thread);
  }

  void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException _) {
      // The JVM is exiting: the hook runs or has run, and closing twice is harmless.
    }
  }
}
