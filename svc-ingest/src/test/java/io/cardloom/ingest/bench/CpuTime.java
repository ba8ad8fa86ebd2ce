package io.cardloom.ingest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Processor time of this process and of the PostgreSQL below it: says what work costs also where
/// the machine is busy with other things.
final class CpuTime {
  private final long postmaster;
  private long ownNanos;
  private long postgresTicks;

  /// @param data the server's data directory
  CpuTime(Path data) throws IOException {
    postmaster =
        Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
    ownNanos = own();
    postgresTicks = postgres();
  }

  /// Prints microseconds a row since the last call.
  void print(String what, int rows) {
    long own = own();
    long postgres = postgres();
    if (!what.equals("-")) {
      System.out.printf(
          "  %-10s cpu us/row: own %.1f, postgres %.1f%n",
          what, (own - ownNanos) / 1e3 / rows, (postgres - postgresTicks) * 1e4 / rows);
    }
    ownNanos = own;
    postgresTicks = postgres;
  }

  private static long own() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /// Ticks of 10 ms of the server's processes.
  private long postgres() {
    return ProcessHandle.of(postmaster).stream()
        .flatMap(ProcessHandle::children)
        .mapToLong(process -> ticks(Path.of("/proc/" + process.pid() + "/stat")))
        .sum();
  }

  private static long ticks(Path stat) {
    try {
      String text = Files.readString(stat);
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    } catch (java.nio.file.NoSuchFileException _) {
      return 0;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
