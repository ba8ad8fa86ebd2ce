package io.cardloom.bench.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// How often things are measured. All of them take turns in every round, and each round begins with
/// another one, so what else the machine does meets all alike.
///
/// @param warmUp rounds before those that count, at least
/// @param warmFor how long it warms up, at least
public record Rounds(int warmUp, Duration warmFor, int count) {
  /// Fewer say nothing of the spread.
  public static final int MIN = 5;

  /// @param count at least [#MIN]
  public Rounds {
    if (count < MIN || warmUp < 0) {
      throw new IllegalArgumentException("There are at least " + MIN + " rounds.");
    }
  }

  /// Does something once and returns what it took.
  @FunctionalInterface
  public interface Task<T> {
    T run() throws Exception;
  }

  /// What each task gave in each round that counts.
  public static final class Results<T> {
    private final Map<String, List<T>> byName = new HashMap<>();

    private void add(String name, T result) {
      byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(result);
    }

    /// Round by round. Throws `IllegalArgumentException` where there was no such task.
    public List<T> of(String name) {
      var results = byName.get(name);
      if (results == null) throw new IllegalArgumentException("no task " + name);
      return results;
    }
  }

  /// @param begun of [System#nanoTime]
  public boolean warm(long begun) {
    return System.nanoTime() - begun >= warmFor.toNanos();
  }

  public <T> Results<T> run(SequencedMap<String, Task<T>> tasks) throws Exception {
    var results = new Results<T>();
    var names = List.copyOf(tasks.keySet());
    long begun = System.nanoTime();
    int before = 0; // rounds of the warm-up
    for (int round = 0; round < before + count; round++) {
      boolean warms = round < warmUp || before == round && !warm(begun);
      if (warms) before = round + 1;
      System.err.printf(
          "\r  %s %d %s   ",
          warms ? "warm-up" : "round",
          round - (warms ? 0 : before) + 1,
          warms ? "" : "of " + count);
      for (int i = 0; i < names.size(); i++) {
        var name = names.get((round + i) % names.size());
        T result = Objects.requireNonNull(tasks.get(name)).run();
        if (!warms) results.add(name, result);
      }
    }
    System.err.print("\r                         \r");
    return results;
  }
}
