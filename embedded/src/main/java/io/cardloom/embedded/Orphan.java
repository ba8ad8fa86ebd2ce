package io.cardloom.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A postmaster whose parent was killed: it lives on and keeps its directory and port.
final class Orphan {
  /// A fast shutdown writes a checkpoint.
  private static final Duration FAST_WAIT = Duration.ofSeconds(30);

  /// An immediate one does not.
  private static final Duration IMMEDIATE_WAIT = Duration.ofSeconds(10);

  private Orphan() {}

  /// Stops the postmaster that `pidFile` names, if it lives and is one. Call it only while holding
  /// the lock of the directory. Returns whether there was one.
  static boolean stop(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return false;
    }
    long pid;
    try (var lines = Files.lines(pidFile)) {
      pid = lines.findFirst().map(String::strip).map(Long::parseLong).orElse(-1L);
    } catch (NumberFormatException _) {
      pid = -1;
    }
    var process = ProcessHandle.of(pid).filter(Orphan::isPostgres);
    if (process.isEmpty()) {
      return false; // PostgreSQL itself clears a stale file
    }
    // SIGTERM would wait for the sessions to end; SIGINT ends them.
    if (!signalled("INT", process.get(), FAST_WAIT)
        && !signalled("QUIT", process.get(), IMMEDIATE_WAIT)) {
      throw new IOException(
          "PostgreSQL with process id "
              + pid
              + " was left behind and does not stop. End it first.");
    }
    return true;
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().map(command -> command.contains("postgres")).orElse(false);
  }

  private static boolean signalled(String signal, ProcessHandle process, Duration wait)
      throws IOException {
    // The shell's own kill: not every machine has the program.
    new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start();
    try {
      process.onExit().get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException failure) {
      throw new IOException("could not wait for process " + process.pid(), failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while stopping process " + process.pid(), interrupted);
    }
  }
}
