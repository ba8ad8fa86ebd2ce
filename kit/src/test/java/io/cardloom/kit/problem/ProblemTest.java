package io.cardloom.kit.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "999_999, 1", "1_000_000, 1", "1_000_001, 2", "2_000_000_000, 2000"})
  void aWaitIsToldInWholeMillisecondsAndNeverTooShort(String nanos, long told) {
    var wait = Duration.ofNanos(Long.parseLong(nanos.replace("_", "")));
    assertThat(
            Stream.of(
                new Problem.OverLimit("5 calls", wait),
                new Problem.Unavailable("svc-cards", wait),
                new Problem.NotNow("Later.", wait)))
        .allSatisfy(problem -> assertThat(problem.toPb().getRetryAfterMs()).isEqualTo(told));
    assertThat(new Problem.OverLimit("5 calls", wait).message()).contains(" " + told + " ms");
  }
}
