package io.cardloom.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A service as a process of its own. One that ends by itself, or is killed, is started again.
final class ProcessInstance implements Instance {
  private static final Logger log = LoggerFactory.getLogger(ProcessInstance.class);

  /// Between an end and the next start, so that a service that cannot start does not spin.
  private static final Duration RESTART_PAUSE = Duration.ofMillis(500);

  /// Drain and close, with some room.
  private static final Duration END_WAIT = Duration.ofSeconds(20);

  private final Part part;
  private final int instance;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path logFile;
  private final Runnable changed;
  private final Thread watcher;
  private Process process;
  private int restarts;
  private boolean closing;

  /// @param changed called after each restart
  ProcessInstance(
      Part part,
      int instance,
      Map<String, String> settings,
      Path loggingFile,
      Path logsDir,
      Runnable changed) {
    this.part = part;
    this.instance = instance;
    this.command = command(part, settings, loggingFile);
    this.environment = environment(settings);
    this.logFile = logsDir.resolve(part.title() + "-" + (instance + 1) + ".log");
    this.changed = changed;
    this.process = start();
    this.watcher =
        Thread.ofPlatform().daemon().name("watch-" + part.title()).unstarted(this::watch);
    watcher.start();
  }

  static List<String> command(Part part, Map<String, String> settings, Path loggingFile) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Small: five of them and PostgreSQL share a developer's machine.
    command.addAll(
        List.of(
            "-Xmx400m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.config.file=" + loggingFile));
    settings.forEach((key, value) -> {
      if (!key.equals(ServiceSettings.SECRET)) command.add("-D" + key + "=" + value);
    });
    command.add(part.mainClass());
    return command;
  }

  static Map<String, String> environment(Map<String, String> settings) {
    var secret = settings.get(ServiceSettings.SECRET);
    return secret == null ? Map.of() : Map.of(ServiceSettings.SECRET_VARIABLE, secret);
  }

  private Process start() {
    try {
      var builder =
          OwnProcesses.java(command)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
      builder.environment().putAll(environment);
      return builder.start();
    } catch (IOException failure) {
      throw new UncheckedIOException("could not start " + part.title(), failure);
    }
  }

  private void watch() {
    while (true) {
      Process watched;
      synchronized (this) {
        watched = process;
      }
      try {
        int code = watched.waitFor();
        synchronized (this) {
          if (closing) {
            return;
          }
        }
        log.warn("{} ended with {} and is started again", part.title(), code);
        TimeUnit.MILLISECONDS.sleep(RESTART_PAUSE.toMillis());
        synchronized (this) {
          if (closing) {
            return;
          }
          process = start();
          restarts++;
        }
        changed.run();
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  @Override
  public synchronized StackState.ServiceState state() {
    return new StackState.ServiceState(part, instance, process.pid(), restarts);
  }

  @Override
  public void close() {
    Process last;
    synchronized (this) {
      closing = true;
      last = process;
    }
    if (last.isAlive() && !OwnProcesses.end(last.toHandle(), END_WAIT)) {
      log.warn("{} did not drain within {} s and was killed", part.title(), END_WAIT.toSeconds());
    }
  }
}
