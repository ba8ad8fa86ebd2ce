package io.cardloom.aggregator.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OverdueTest {
  private static final Duration WAIT = Duration.ofMillis(30);
  private static final Duration LONGER = WAIT.multipliedBy(3);
  private static final int EACH = 100;

  private final Overdue overdue = new Overdue();
  private final List<String> told = new CopyOnWriteArrayList<>();

  @Test
  void whoTakesTooLongIsToldOnceAndWhoEndsBeforeIsNot() {
    var begun =
        IntStream.range(0, EACH)
            .mapToObj(i -> overdue.after(WAIT, () -> told.add("ends " + i)))
            .toList();
    IntStream.range(0, EACH).forEach(i -> overdue.after(LONGER, () -> told.add("stays " + i)));
    begun.forEach(overdue::forget);
    // Those that ended would have been told before these.
    await().until(() -> told.size() >= EACH);
    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, EACH).mapToObj(i -> "stays " + i).toList());
  }

  @Test
  void itLooksAgainAfterItHadNobodyToLookAt() {
    for (String name : List.of("first", "second", "third")) {
      overdue.after(WAIT, () -> told.add(name));
      await().until(() -> told.contains(name));
    }
    assertThat(told).containsExactly("first", "second", "third");
  }
}
