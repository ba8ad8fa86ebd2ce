package io.cardloom.aggregator.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HostileTest {
  private static final int REQUESTS = 5_000;

  @Test
  void nothingThatIsSentBreaksTheServerOrStaysInIt() {
    try (var edge = new TestEdge()) {
      var answers = new HostileRequests(edge, TestIssuer.admin("acme"), 42).send(REQUESTS);
      assertThat(answers.keySet()).allMatch(status -> status < 500).contains(200, 400);
      await().atMost(Duration.ofSeconds(60)).until(() -> Threads.ofCalls() == 0);
      var good = edge.result("acme", "whoami", "{}");
      assertThat(good.get("isError").asBoolean()).isFalse();
    }
  }
}
