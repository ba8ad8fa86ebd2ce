package io.cardloom.local.stack;

import io.cardloom.local.Home;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process in the background: starts the stack, tells how it is in the state file, and ends it
/// in order when it is told to stop.
public final class Supervisor {
  private final Home home;
  private final CountDownLatch ended = new CountDownLatch(1);
  private StackState state;

  private Supervisor(Home home, StackOptions options) {
    this.home = home;
    this.state =
        new StackState(
            StackState.Phase.STARTING,
            ProcessHandle.current().pid(),
            Instant.now().toString(),
            "",
            options,
            List.of());
  }

  /// @param args the home, and the file with the options
  public static void main(String[] args) throws Exception {
    try (InputStream logging =
        Objects.requireNonNull(Supervisor.class.getResourceAsStream("/logging-stack.properties"))) {
      LogManager.getLogManager().readConfiguration(logging);
    }
    var options = OptionsFile.read(Path.of(args[1]));
    System.exit(new Supervisor(new Home(Path.of(args[0])), options).run());
  }

  private int run() {
    Logger log = LoggerFactory.getLogger(Supervisor.class);
    tell(StackState.Phase.STARTING, "", List.of());
    var stack = new Stack(home, state.options(), this::tellServices);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack), "stop-stack"));
    try {
      stack.start();
      tell(StackState.Phase.READY, "", stack.services());
      log.info("the stack is ready");
      ended.await();
      return 0;
    } catch (Exception failure) {
      log.error("the stack did not start", failure);
      stack.close();
      tell(StackState.Phase.FAILED, String.valueOf(failure.getMessage()), List.of());
      return 1;
    }
  }

  private void stop(Stack stack) {
    synchronized (this) {
      if (state.phase() == StackState.Phase.FAILED) {
        return;
      }
    }
    tell(StackState.Phase.STOPPING, "", stack.services());
    stack.close();
    tell(StackState.Phase.STOPPED, "", List.of());
    ended.countDown();
  }

  private synchronized void tellServices(List<StackState.ServiceState> services) {
    tell(state.phase(), state.message(), services);
  }

  private synchronized void tell(
      StackState.Phase phase, String message, List<StackState.ServiceState> services) {
    state = state.with(phase, message, services);
    state.write(home.run());
  }
}
