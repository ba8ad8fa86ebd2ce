package io.cardloom.bench.suite;

import io.cardloom.bench.measure.Rounds;
import io.cardloom.bench.stack.BenchStack;
import io.cardloom.bench.stack.Corpus;
import io.cardloom.local.Home;
import java.util.List;
import java.util.OptionalInt;

/// How a benchmark is run.
///
/// @param rows how many, where the person said it
public record Setting(Home home, int portBase, Corpus corpus, OptionalInt rows, Rounds rounds) {
  int rows(int usual) {
    return rows.orElse(usual);
  }

  /// A stack compiled as one that runs for long, for what is measured once it is warm.
  BenchStack stack() {
    return BenchStack.start(home, portBase, BenchStack.FOR_LONG);
  }

  /// A local stack as `./cardloom up` starts it.
  BenchStack localStack() {
    return BenchStack.start(home, portBase, List.of());
  }
}
