package io.cardloom.local.stack;

import io.cardloom.embedded.EmbeddedPostgres;
import io.cardloom.idp.server.KeycloakServer;
import io.cardloom.local.Home;
import io.cardloom.local.Refusal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/// Starts and ends the stack from the command line.
public final class StackControl {
  /// Ten seconds on an idle machine, and two minutes the first time, when Keycloak is built; a
  /// machine that does other things too gets its time.
  private static final Duration START_WAIT = Duration.ofMinutes(8);

  /// Services drain for up to 20 s, then the database flushes.
  private static final Duration STOP_WAIT = Duration.ofSeconds(60);

  private static final long DISK_BYTES_MIN = 1L << 30;
  private static final int LOG_LINES = 20;

  private final Home home;
  private final List<String> javaOptions;

  public StackControl(Home home) {
    this(home, List.of());
  }

  /// @param javaOptions of what it starts, which override those for a stack that is used for
  ///   minutes
  public StackControl(Home home, List<String> javaOptions) {
    this.home = home;
    this.javaOptions = List.copyOf(javaOptions);
  }

  /// What runs, if anything does.
  public Optional<StackState> running() {
    return StackState.read(home.run()).filter(StackState::supervisorAlive);
  }

  /// What runs, or a refusal that says how to start it.
  public StackState required() {
    return running()
        .filter(state -> state.phase() == StackState.Phase.READY)
        .orElseThrow(() -> new Refusal("Nothing is running here. Start it with ./cardloom up."));
  }

  /// Starts it and returns when it is ready. When it cannot, nothing of it is left behind.
  public StackState start(StackOptions options) {
    running()
        .ifPresent(state -> {
          throw new Refusal(
              "A stack is running already (MCP at "
                  + state.urls().publicBase()
                  + "). Stop it with ./cardloom stop.");
        });
    endLeftovers();
    checkMachine(options);
    Process supervisor;
    try {
      Files.deleteIfExists(StackState.file(home.run()));
      supervisor = launch(OptionsFile.write(home.run(), options));
    } catch (IOException failure) {
      throw new UncheckedIOException("could not start the stack", failure);
    }
    try (var _ = StopOnExit.of(this)) {
      return awaitReady(supervisor);
    }
  }

  /// The same without what its folder of data held before. What a killed run left is ended first.
  public StackState startEmpty(StackOptions options) {
    if (running().isPresent()) {
      throw new Refusal(
          "A stack is running already, and this wants a fresh one. Stop it with ./cardloom stop.");
    }
    var _ = stop();
    try {
      empty(options.data());
    } catch (IOException failure) {
      throw new UncheckedIOException("could not empty " + options.data(), failure);
    }
    return start(options);
  }

  private static void empty(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private void checkMachine(StackOptions options) {
    var taken = options.ports().taken(options.instances());
    if (!taken.isEmpty()) {
      throw new Refusal(
          "Port "
              + String.join(", ", taken.stream().map(port -> Integer.toString(port)).toList())
              + " is in use by another program. Stop that program, or choose other ports with"
              + " --port-base "
              + (options.portBase() + 1000)
              + ".");
    }
    try {
      Files.createDirectories(options.data());
      long free = Files.getFileStore(options.data()).getUsableSpace();
      if (free < DISK_BYTES_MIN) {
        throw new Refusal(
            "Only %d MB of disk space are free at %s; Cardloom needs at least 1 GB. Free some, or set CARDLOOM_HOME to a folder on another disk."
                .formatted(free >> 20, options.data()));
      }
    } catch (IOException failure) {
      throw new Refusal("The folder " + options.data() + " cannot be written: " + failure, failure);
    }
  }

  /// Options of the process that all services are in: those for a stack that is used for minutes,
  /// then others, then those of `CARDLOOM_JAVA_OPTIONS`, which override them.
  public static List<String> javaOptions(List<String> others) {
    // The second compiler took 43 of 149 s of processor time in a demo of the whole catalogue, and
    // pays back only in runs that are much longer.
    return Stream.of(
            Stream.of("-XX:TieredStopAtLevel=1", "-XX:+UseParallelGC"),
            others.stream(),
            Stream.of(System.getenv().getOrDefault("CARDLOOM_JAVA_OPTIONS", "").split(" "))
                .filter(option -> !option.isBlank()))
        .flatMap(Function.identity())
        .toList();
  }

  private Process launch(Path optionsFile) throws IOException {
    var command = new ArrayList<String>();
    command.add("nohup"); // closing the terminal does not end it
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1200m");
    command.addAll(javaOptions(javaOptions));
    command.addAll(
        List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            Supervisor.class.getName(),
            home.root().toString(),
            optionsFile.toString()));
    return OwnProcesses.java(command)
        .redirectOutput(ProcessBuilder.Redirect.to(log().toFile()))
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .start();
  }

  private StackState awaitReady(Process supervisor) {
    long deadline = System.nanoTime() + START_WAIT.toNanos();
    while (System.nanoTime() < deadline) {
      boolean alive = supervisor.isAlive(); // asked first: its last words are read after it ended
      var state = StackState.read(home.run());
      if (state.isPresent() && state.get().phase() == StackState.Phase.READY) {
        return state.get();
      }
      if (!alive) {
        var why = state.map(StackState::message).filter(message -> !message.isEmpty());
        endLeftovers();
        throw new Refusal(
            "The stack did not start: "
                + why.orElseGet(() -> "its process ended with code " + supervisor.exitValue())
                + ". The log is "
                + log()
                + "; it ends with:\n"
                + logTail());
      }
      pause();
    }
    OwnProcesses.end(supervisor.toHandle(), STOP_WAIT);
    endLeftovers();
    throw new Refusal(
        "The stack was not ready within "
            + START_WAIT.toSeconds()
            + " s and was stopped. The log is "
            + log()
            + ".");
  }

  private Path log() {
    return home.logs().resolve("stack.log");
  }

  private String logTail() {
    try {
      var lines = Files.readAllLines(log());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException failure) {
      return "(it cannot be read: " + failure + ")";
    }
  }

  /// How an end went.
  public enum Ended {
    IN_ORDER,
    LEFTOVERS,
    NOTHING_RAN
  }

  /// Ends everything in order, or what a killed run left behind.
  public Ended stop() {
    var state = running();
    state
        .flatMap(running -> ProcessHandle.of(running.supervisorPid()))
        .ifPresent(supervisor -> OwnProcesses.end(supervisor, STOP_WAIT));
    boolean leftovers = endLeftovers();
    if (state.isPresent()) {
      return Ended.IN_ORDER;
    }
    return leftovers ? Ended.LEFTOVERS : Ended.NOTHING_RAN;
  }

  /// Ends what a killed supervisor left behind. Returns whether there was any.
  private boolean endLeftovers() {
    var last = StackState.read(home.run());
    if (last.isEmpty()) {
      return false;
    }
    boolean any = false;
    for (var service : last.get().services()) {
      if (service.pid() != last.get().supervisorPid()) {
        var alive = OwnProcesses.alive(service.pid(), service.part().mainClass());
        alive.ifPresent(process -> OwnProcesses.end(process, STOP_WAIT));
        any |= alive.isPresent();
      }
    }
    try {
      any |= EmbeddedPostgres.stopOrphan(last.get().options().data().resolve("postgres"));
      return KeycloakServer.stopOrphan(home.identity()) || any;
    } catch (IOException failure) {
      throw new UncheckedIOException("could not stop what was left behind", failure);
    }
  }

  /// Ends one instance of a separate service and waits until the supervisor has started it again.
  public void restart(Part part) {
    var before = required();
    if (!before.options().separate()) {
      throw new Refusal(
          "The services share one process; start them with ./cardloom up --separate to restart one.");
    }
    before.services().stream()
        .filter(service -> service.part() == part)
        .forEach(service ->
            OwnProcesses.alive(service.pid(), part.mainClass())
                .ifPresent(process -> OwnProcesses.end(process, STOP_WAIT)));
    try {
      Readiness.await(before.urls(), before.options());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException failure) {
      throw new Refusal("After the restart " + failure.getMessage() + ".", failure);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal("Interrupted.");
    }
  }
}
