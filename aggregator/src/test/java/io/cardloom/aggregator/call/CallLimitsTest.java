package io.cardloom.aggregator.call;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.aggregator.call.CallLimits.Rates;
import io.cardloom.aggregator.catalogue.Catalogue;
import io.cardloom.aggregator.catalogue.Comments;
import io.cardloom.aggregator.catalogue.Contracts;
import io.cardloom.aggregator.catalogue.Tool;
import io.cardloom.aggregator.identity.Principal;
import io.cardloom.aggregator.testing.TestIssuer;
import io.cardloom.kit.problem.ProblemException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CallLimitsTest {
  private static final Catalogue CATALOGUE =
      Catalogue.compile(Contracts.ALL, Comments.onClassPath());
  private final CallLimits limits = new CallLimits(new Rates(1000, 1000, 1));

  private static Tool tool(String name) {
    return Objects.requireNonNull(CATALOGUE.find(name));
  }

  private static Principal someone(String subject) {
    return TestIssuer.principal("acme", subject);
  }

  @Test
  void tooManyCallsOfAKindAreToldWhenToComeBackAndOthersGoOn() {
    var caller = someone("a");
    var publishes = tool("update_api_version");
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1000; i++) limits.take(caller, publishes);
            })
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("1 calls a second");
    assertThatCode(() -> limits.take(caller, tool("search_cards"))).doesNotThrowAnyException();
    assertThatCode(() -> limits.take(someone("b"), publishes)).doesNotThrowAnyException();
  }
}
