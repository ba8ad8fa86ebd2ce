package io.cardloom.kit.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.limit.Buckets.Rate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BucketsTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Buckets<String> buckets = new Buckets<>(new Rate(10, 3), now::get);

  @Test
  void aBurstThenOneAtATime() {
    for (int i = 0; i < 3; i++) assertThat(buckets.take("a")).isZero();
    assertThat(buckets.take("a")).isEqualTo(Duration.ofMillis(100));
    assertThat(buckets.take("a")).as("a refusal uses nothing").isEqualTo(Duration.ofMillis(100));
    now.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(buckets.take("a")).isZero();
    assertThat(buckets.take("a")).isPositive();
  }

  @Test
  void eachKeyHasItsOwn() {
    for (int i = 0; i < 4; i++) buckets.take("a");
    assertThat(buckets.take("b")).isZero();
  }

  @Test
  void itFillsUpNoFurtherThanItsBurst() {
    buckets.take("a");
    now.addAndGet(Duration.ofHours(1).toNanos());
    for (int i = 0; i < 3; i++) assertThat(buckets.take("a")).isZero();
    assertThat(buckets.take("a")).isPositive();
  }

  @Test
  void keysAreForgottenBeforeThereAreTooMany() {
    for (int i = 0; i < 50_000; i++) assertThat(buckets.take("key-" + i)).isZero();
    assertThat(buckets.take("one more")).isZero();
    assertThat(buckets.keys()).isLessThanOrEqualTo(20_001);
  }

  @Test
  void aLimitAllowsSomething() {
    assertThatThrownBy(() -> new Rate(0, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
