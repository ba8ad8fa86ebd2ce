package io.cardloom.local.stack;

/// Ends the stack when this process is told to end in the middle of something, so that nothing half
/// done is left behind. Closing it lets the stack run on.
public final class StopOnExit implements AutoCloseable {
  private final Thread hook;

  private StopOnExit(Thread hook) {
    this.hook = hook;
  }

  public static StopOnExit of(StackControl control) {
    var hook =
        new Thread(
            () -> {
              var _ = control.stop();
            },
            "stop-stack");
    Runtime.getRuntime().addShutdownHook(hook);
    return new StopOnExit(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The process is ending: the hook does its work.
    }
  }
}
