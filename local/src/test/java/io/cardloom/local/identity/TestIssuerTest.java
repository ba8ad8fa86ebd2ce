package io.cardloom.local.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.aggregator.identity.IdentityConfig;
import io.cardloom.aggregator.identity.TokenCheck;
import io.cardloom.aggregator.identity.Verdict;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestIssuerTest {
  private static final String BASE = "http://127.0.0.1:7400";

  @Test
  void itsTokensOpenOneWorkspaceAndNoOther() throws Exception {
    try (var issuer = TestIssuer.start();
        var check = check(issuer)) {
      var header = List.of("Bearer " + issuer.token(BASE, "demo", "alice", "admin"));
      assertThat(check.check(header, "demo")).isInstanceOf(Verdict.Verified.class);
      assertThat(check.check(header, "other")).isInstanceOf(Verdict.Refused.class);
    }
  }

  @Test
  void anotherIssuersTokensOpenNothing() throws Exception {
    try (var issuer = TestIssuer.start();
        var another = TestIssuer.start();
        var check = check(issuer)) {
      var header = List.of("Bearer " + another.token(BASE, "demo", "alice", "admin"));
      assertThat(check.check(header, "demo")).isInstanceOf(Verdict.Refused.class);
    }
  }

  private static TokenCheck check(TestIssuer issuer) {
    var config =
        new IdentityConfig(BASE, issuer.issuer(), issuer.jwks(), IdentityConfig.Claims.DEFAULT);
    return new TokenCheck(config, Clock.systemUTC());
  }
}
