package io.cardloom.local.stack;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Processes that this command line started, by id.
final class OwnProcesses {
  private OwnProcesses() {}

  /// A JVM with the class path of this one. It travels in the environment: as an argument it would
  /// fill the command line, which is read to recognize the process.
  static ProcessBuilder java(List<String> command) {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder;
  }

  /// The process with this id if it lives and its command line names `mainClass`; ids are given
  /// again.
  static Optional<ProcessHandle> alive(long pid, String mainClass) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process ->
            process.info().commandLine().map(line -> line.contains(mainClass)).orElse(true));
  }

  /// Asks it to end, and kills it after `wait`. Returns false when it had to be killed.
  static boolean end(ProcessHandle process, Duration wait) {
    process.destroy();
    if (endedWithin(process, wait)) {
      return true;
    }
    process.destroyForcibly();
    endedWithin(process, Duration.ofSeconds(5));
    return false;
  }

  private static boolean endedWithin(ProcessHandle process, Duration wait) {
    try {
      process.onExit().get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException failure) {
      throw new IllegalStateException("could not wait for process " + process.pid(), failure);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
