package io.cardloom.kit.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.event.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class StartWaitTest {
  @Test
  void whatComesUpLateIsWaitedFor() {
    var tries = new AtomicInteger();
    String answer =
        StartWait.until(
            "the other side",
            () -> {
              if (tries.incrementAndGet() < 3) throw new IOException("connection refused");
              return "here";
            });
    assertThat(answer).isEqualTo("here");
    assertThat(tries).hasValue(3);
  }

  @Test
  void whatDoesNotComeUpIsNamedWithItsReason() {
    assertThatThrownBy(() ->
            new StartWait(Duration.ZERO)
                .tried(
                    "Kafka at kafka:9092",
                    () -> {
                      throw new IllegalStateException("it failed", new IOException("no such name"));
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Kafka at kafka:9092 did not answer within 0 s: IOException: no such name");
  }

  /// A name that does not resolve yet is what a container sees whose broker has not been started.
  @Test
  void aBrokerWithoutANameIsWaitedForToo() {
    var starting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Topics.ensure(new KafkaConfig("kafka.invalid:9092", "", 1, 1, 1), "never-made");
              } catch (IllegalStateException _) {
                // Interrupted below.
              }
            });
    assertThat(joined(starting, Duration.ofSeconds(2))).isFalse();
    starting.interrupt();
    assertThat(joined(starting, Duration.ofSeconds(30))).isTrue();
  }

  private static boolean joined(Thread thread, Duration wait) {
    try {
      return thread.join(wait);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
