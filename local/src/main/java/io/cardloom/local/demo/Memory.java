package io.cardloom.local.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Memory of a process and its children, as Linux counts it: pages that several share are split
/// among them.
public final class Memory {
  private Memory() {}

  /// In MB; 0 where the system does not tell.
  public static long ofTreeMb(long pid) {
    return ProcessHandle.of(pid).stream()
            .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
            .mapToLong(process -> proportionalKb(process.pid()))
            .sum()
        / 1024;
  }

  private static long proportionalKb(long pid) {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException _) {
      return 0;
    }
  }
}
