package io.cardloom.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Processor time of one process, which other programs on the machine stretch less than they do
/// elapsed time. Linux only; elsewhere 0.
final class Cpu {
  private Cpu() {}

  /// Nanoseconds the process has been on a processor by now.
  static long nanos(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/schedstat"));
      return Long.parseLong(stat.substring(0, stat.indexOf(' ')));
    } catch (IOException _) {
      return 0;
    }
  }
}
