package io.cardloom.idp.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Keycloak's JVM, run without its shell script: that one waits for its JVM as a child, and ending
/// it by force would leave the JVM behind.
final class KeycloakProcess {
  /// As the script has them; a small heap, one collector thread and the first compiler only, since
  /// it shares a developer's machine.
  private static final List<String> JVM =
      List.of(
          "-Xms64m",
          "-Xmx400m",
          "-XX:MaxMetaspaceSize=256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dfile.encoding=UTF-8",
          "-Duser.language=en",
          "-Duser.country=US",
          "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
          "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
              + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
          "-Dpicocli.disable.closures=true",
          "-Dquarkus-log-max-startup-records=10000",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.security=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--enable-native-access=ALL-UNNAMED");

  /// Since JDK 24 a JVM warns of this unless told.
  private static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

  private static final int TAIL_LINES = 20;

  private KeycloakProcess() {}

  /// @param distribution whose code runs
  /// @param home whose `data` folder it uses
  static ProcessBuilder command(Path distribution, Path home, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    if (Runtime.version().feature() >= 24) command.add(UNSAFE);
    command.add("-Dkc.home.dir=" + home);
    command.add("-Djboss.server.config.dir=" + home.resolve("conf"));
    command.add("-cp");
    command.add(distribution.resolve("lib").resolve("quarkus-run.jar").toString());
    command.add("io.quarkus.bootstrap.runner.QuarkusEntryPoint");
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    // Settings of another Keycloak on this machine are not ours.
    builder.environment().keySet().removeIf(name -> name.startsWith("KC_"));
    return builder;
  }

  /// Notes which process runs, so that a later start finds one that was left behind. The time of
  /// its start tells it from another that was given the same id.
  static void write(Path file, ProcessHandle process) throws IOException {
    Files.writeString(file, process.pid() + " " + startOf(process));
  }

  /// The process that the note names, if it still runs.
  static Optional<ProcessHandle> read(Path file) throws IOException {
    if (!Files.exists(file)) return Optional.empty();
    String[] words = Files.readString(file).strip().split(" ");
    if (words.length != 2 || !words[0].matches("[0-9]{1,18}")) return Optional.empty();
    return ProcessHandle.of(Long.parseLong(words[0]))
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process).equals(words[1]));
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Object::toString).orElse("unknown");
  }

  /// Asks it to end, and kills it after `wait`. Returns false when it had to be killed.
  static boolean end(ProcessHandle process, Duration wait) throws IOException {
    process.destroy();
    if (ended(process, wait)) return true;
    process.destroyForcibly();
    ended(process, wait);
    return false;
  }

  private static boolean ended(ProcessHandle process, Duration wait) throws IOException {
    try {
      process.onExit().get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException failure) {
      throw new IOException("could not wait for process " + process.pid(), failure);
    } catch (InterruptedException interrupted) {
      throw Wait.interrupted(interrupted);
    }
  }

  /// The last lines of a log.
  static String tail(Path log) throws IOException {
    if (!Files.exists(log)) return "(no log)";
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }
}
