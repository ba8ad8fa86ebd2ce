package io.cardloom.kit.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.Permission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InternalTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private final java.security.KeyPair pair = Keys.make();

  private static Clock at(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }

  private InternalTokens.Verifier verifier(Instant instant) {
    return new InternalTokens.Verifier(Map.of("aggregator", pair.getPublic()), at(instant));
  }

  private String token() {
    return new InternalTokens.Signer("aggregator", pair.getPrivate(), at(NOW))
        .sign(TestKeys.everything("acme"));
  }

  @Test
  void aTokenSpeaksOfItsCallerUntilItEnds() {
    Caller caller = verifier(NOW).verify(token(), "c");
    assertThat(caller).isEqualTo(TestKeys.everything("acme").withCorrelation("c"));
    assertThatThrownBy(() -> verifier(NOW.plus(Duration.ofMinutes(5))).verify(token(), "c"))
        .hasMessageContaining("has ended");
  }

  @Test
  void aRememberedTokenEndsToo() {
    var clock =
        new Clock() {
          Instant now = NOW;

          @Override
          public Instant instant() {
            return now;
          }

          @Override
          public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }
        };
    var verifier = new InternalTokens.Verifier(Map.of("aggregator", pair.getPublic()), clock);
    String token = token();
    verifier.verify(token, "c");
    clock.now = NOW.plus(Duration.ofMinutes(6));
    assertThatThrownBy(() -> verifier.verify(token, "c")).isInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJ0ZW5hbnQiOiJhY21lIn0."})
  void whatIsNoTokenIsRefused(String text) {
    assertThatThrownBy(() -> verifier(NOW).verify(text, "c")).isInstanceOf(ProblemException.class);
  }

  /// Who signs what, and whether it is taken.
  @ParameterizedTest
  @CsvSource({
    "aggregator, DATA_WRITE PUBLISH ADMIN MEMBER, true",
    "aggregator, OPERATOR, false",
    "svc-cards, SERVICE MEMBER CONFIG_READ DATA_READ, true",
    "svc-cards, SERVICE DATA_WRITE, false",
    "svc-cards, CONFIG_WRITE, false",
    "svc-cards, PUBLISH, false",
    "svc-cards, ADMIN, false",
    "svc-cards, OPERATOR, false",
    "local, OPERATOR, true",
    "local, OPERATOR SERVICE DATA_READ, true",
    "local, DATA_WRITE, false",
    "local, OPERATOR ADMIN, false"
  })
  void onlyTheAggregatorSpeaksForPeople(String signer, String permissions, boolean taken) {
    var granted =
        Stream.of(permissions.split(" ")).map(Permission::valueOf).collect(Collectors.toSet());
    String token =
        new InternalTokens.Signer(signer, pair.getPrivate(), at(NOW))
            .sign(new Caller("acme", "x", granted, "c"));
    var verifier = new InternalTokens.Verifier(Map.of(signer, pair.getPublic()), at(NOW));
    if (taken) {
      assertThat(verifier.verify(token, "c").permissions()).isEqualTo(granted);
    } else {
      assertThatThrownBy(() -> verifier.verify(token, "c"))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("names a permission that its signer cannot give");
    }
  }

  @Test
  void aChangedTokenIsRefused() {
    String token = token();
    String[] parts = token.split("\\.");
    String other =
        new String(
                java.util.Base64.getUrlDecoder().decode(parts[1]),
                java.nio.charset.StandardCharsets.UTF_8)
            .replace("acme", "beta");
    String forged =
        parts[0]
            + "."
            + java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(other.getBytes(java.nio.charset.StandardCharsets.UTF_8))
            + "."
            + parts[2];
    assertThatThrownBy(() -> verifier(NOW).verify(forged, "c")).hasMessageContaining("forged");
  }
}
