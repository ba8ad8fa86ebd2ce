package io.cardloom.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Processor time that the host of a virtual machine gave to others. Where there is much, times
/// tell of the neighbours. Linux counts it (`proc_stat(5)`); elsewhere it is not known.
///
/// @param stolen in ticks since the start of the machine
/// @param all of its time in ticks, at work or not
public record StealTime(long stolen, long all) {
  private static final Path COUNTS = Path.of("/proc/stat");
  private static final String PROCESSORS = "cpu ";

  /// user, nice, system, idle, iowait, irq, softirq, steal; what follows is part of user.
  private static final int KINDS = 8;

  /// Percent that are worth a word.
  private static final double WORTH_SAYING = 2;

  /// Up to now; empty where it is not known.
  public static Optional<StealTime> now() {
    try (var lines = Files.lines(COUNTS)) {
      return lines.filter(line -> line.startsWith(PROCESSORS)).findFirst().map(StealTime::parse);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  static StealTime parse(String line) {
    long[] ticks =
        Arrays.stream(line.substring(PROCESSORS.length()).strip().split(" "))
            .limit(KINDS)
            .mapToLong(Long::parseLong)
            .toArray();
    return new StealTime(
        ticks.length < KINDS ? 0 : ticks[KINDS - 1], Math.max(1, Arrays.stream(ticks).sum()));
  }

  /// What a reader has to know of the time since `before`; empty where it is little.
  public Optional<String> note(StealTime before) {
    double percent = 100.0 * (stolen - before.stolen) / Math.max(1, all - before.all);
    return percent < WORTH_SAYING
        ? Optional.empty()
        : Optional.of(
            "The host gave %.0f %% of the processors to others meanwhile: read the ratios."
                .formatted(percent));
  }
}
