package io.cardloom.aggregator.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.aggregator.identity.Principal;
import io.cardloom.aggregator.testing.TestIssuer;
import io.cardloom.kit.limit.Buckets.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final StreamConfig TWO_STREAMS =
      new StreamConfig(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofHours(1), 2);
  private final Limits limits = new Limits(TWO_STREAMS, new Rate(1, 2));

  private static Principal someone(String workspace, String subject) {
    return TestIssuer.principal(workspace, subject);
  }

  @Test
  void aFloodOfOneCallerIsHeldBackAndNobodyElse() {
    var flooding = someone("acme", "a");
    assertThat(limits.request(flooding)).isZero();
    assertThat(limits.request(flooding)).isZero();
    assertThat(limits.request(flooding)).isPositive().isLessThan(Duration.ofMillis(1001));
    assertThat(limits.request(someone("acme", "b"))).isZero();
    assertThat(limits.request(someone("beta", "a"))).isZero();
  }

  @Test
  void streamsAreGivenBack() {
    var caller = someone("acme", "a");
    assertThat(limits.opensStream(caller)).isTrue();
    assertThat(limits.opensStream(caller)).isTrue();
    assertThat(limits.opensStream(caller)).isFalse();
    assertThat(limits.opensStream(caller)).as("a refusal holds nothing").isFalse();
    limits.closesStream(caller);
    assertThat(limits.opensStream(caller)).isTrue();
    assertThat(limits.opensStream(someone("beta", "a"))).isTrue();
  }

  @Test
  void aHeartbeatIsNoRarerThanClientsBear() {
    assertThatThrownBy(() ->
            new StreamConfig(Duration.ofSeconds(2), Duration.ofSeconds(16), Duration.ofHours(1), 2))
        .hasMessageContaining("stream.heartbeat");
  }
}
