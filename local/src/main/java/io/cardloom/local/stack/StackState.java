package io.cardloom.local.stack;

import io.cardloom.local.verify.GrpcServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// What the supervisor tells the command line, as a file that is replaced whole.
///
/// @param supervisorPid process that watches the rest
/// @param message why it failed; empty while it did not
/// @param services one for each instance of each service
public record StackState(
    Phase phase,
    long supervisorPid,
    String startedAt,
    String message,
    StackOptions options,
    List<ServiceState> services) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// How far it is.
  public enum Phase {
    STARTING,
    READY,
    STOPPING,
    STOPPED,
    FAILED
  }

  /// One instance. `pid` is the supervisor's where all services share its process.
  public record ServiceState(Part part, int instance, long pid, int restarts) {}

  public StackState {
    services = List.copyOf(services);
  }

  static Path file(Path runDir) {
    return runDir.resolve("stack.json");
  }

  /// What the folder tells; empty when nothing was ever started from it.
  public static Optional<StackState> read(Path runDir) {
    try {
      return Optional.of(JSON.readValue(Files.readString(file(runDir)), StackState.class));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException("could not read " + file(runDir), failure);
    }
  }

  void write(Path runDir) {
    try {
      var half = Files.createTempFile(runDir, "stack", ".new");
      Files.writeString(half, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
      Files.move(half, file(runDir), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException("could not write " + file(runDir), failure);
    }
  }

  /// The supervisor lives. A process id may have been given to another program since: its command
  /// line decides.
  public boolean supervisorAlive() {
    return OwnProcesses.alive(supervisorPid, Supervisor.class.getName()).isPresent();
  }

  public StackUrls urls() {
    return StackUrls.of(options);
  }

  /// Where the services are called by gRPC.
  public GrpcServices.Targets targets() {
    return GrpcServices.Targets.of(serviceTargets());
  }

  /// The same by name, all four.
  public Map<String, String> serviceTargets() {
    return ServiceSettings.serviceTargets(options);
  }

  StackState with(Phase next, String why, List<ServiceState> now) {
    return new StackState(next, supervisorPid, startedAt, why, options, now);
  }
}
