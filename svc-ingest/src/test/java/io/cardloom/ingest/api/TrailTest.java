package io.cardloom.ingest.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.key.Grant;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TrailTest {
  private static final Grant GRANT = new Grant("acme", "erp", "k1", List.of("products"));

  private final List<AuditRecorded> records = new ArrayList<>();

  private Trail at(String time) {
    return new Trail(records::add, Clock.fixed(Instant.parse(time), ZoneOffset.UTC));
  }

  @Test
  void anImportIsToldWithoutItsEntries() {
    var attempt = at("2026-01-01T00:00:00Z").attempt(GRANT, "c1", "products");
    attempt.received("{\"entries\":[{\"id\":\"hush\"}]}".getBytes(StandardCharsets.UTF_8));
    attempt.read(1);
    attempt.ended("ok");
    var record = records.getFirst();
    assertThat(record.getTenant()).isEqualTo("acme");
    assertThat(record.getSubject()).isEqualTo("application:erp");
    assertThat(record.getClientId()).isEqualTo("key:k1");
    assertThat(record.getTool()).isEqualTo(Trail.IMPORT);
    assertThat(record.getCorrelationId()).isEqualTo("c1");
    assertThat(record.getRefused()).isFalse();
    assertThat(record.getArgumentsDigest().size()).isEqualTo(32);
    assertThat(record.getArguments().toStringUtf8())
        .isEqualTo("{\"sourceId\":\"products\",\"entries\":\"1 item\"}");
    assertThat(record.toString()).doesNotContain("hush");
  }

  @Test
  void whatAProgramCanCauseForNothingIsToldOnceInAWhile() {
    var trail = at("2026-01-01T00:00:00Z");
    var other = new Grant("acme", "crm", "k2", List.of());
    for (int i = 0; i < 100; i++) {
      for (Grant grant : List.of(GRANT, other)) {
        trail.attempt(grant, "c", "prices").ended("forbidden");
        trail.attempt(grant, "c", "products").ended("rate_limited");
        trail.ended(grant);
      }
    }
    assertThat(records)
        .extracting(one -> one.getOutcome() + " " + one.getRefused() + " " + one.getClientId())
        .containsExactlyInAnyOrder(
            "forbidden true key:k1",
            "rate_limited false key:k1",
            "unauthenticated true key:k1",
            "forbidden true key:k2",
            "rate_limited false key:k2",
            "unauthenticated true key:k2");
    trail.attempt(GRANT, "c", "products").ended("validation_failed");
    trail.attempt(GRANT, "c", "products").ended("validation_failed");
    assertThat(records).as("what was tried is told each time").hasSize(8);
  }

  @Test
  void afterAWhileARefusalIsToldAgain() {
    var now = new Instant[] {Instant.parse("2026-01-01T00:00:00Z")};
    var clock =
        new Clock() {
          @Override
          public Instant instant() {
            return now[0];
          }

          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }
        };
    var trail = new Trail(records::add, clock);
    for (int minutes = 0; minutes < 30; minutes++) {
      trail.ended(GRANT);
      now[0] = now[0].plus(Duration.ofMinutes(1));
    }
    assertThat(records).hasSize(3);
  }
}
