package io.cardloom.aggregator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cardloom.aggregator.testing.TestIssuer;
import io.cardloom.proto.events.v1.AuditRecorded;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
  private static final String WHY = "the token is not one of the issuer's access tokens";

  private final List<AuditRecorded> told = new ArrayList<>();
  private final Moving clock = new Moving();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Refusals refusals = new Refusals(told::add, clock, meters);

  private static Refusal stranger(String workspace, String from) {
    return Refusal.stranger(workspace, "", "", WHY, from);
  }

  private void after(Duration time) {
    clock.now = clock.now.plus(time);
    refusals.tell(false);
  }

  private static String arguments(AuditRecorded record) {
    return record.getArguments().toStringUtf8();
  }

  @Test
  void equalOnesAreOneRecordWithTheirNumber() {
    refusals.signedIn("acme");
    for (int i = 0; i < 500; i++) refusals.count(stranger("acme", "203.0.113.0/24"));
    refusals.count(stranger("acme", "198.51.100.0/24"));
    after(Duration.ofSeconds(9));
    assertThat(told).isEmpty();
    after(Duration.ofSeconds(1));
    assertThat(told)
        .extracting(
            AuditRecorded::getTenant,
            AuditRecorded::getSubject,
            AuditRecorded::getOutcome,
            AuditRecorded::getRefused)
        .containsExactly(
            tuple("acme", "", "unauthenticated", true), tuple("acme", "", "unauthenticated", true));
    assertThat(arguments(told.getFirst()))
        .isEqualTo(
            "{\"reason\":\""
                + WHY
                + "\",\"times\":500,\"last\":\"2026-11-21T12:00:00Z\",\"from\":\"203.0.113.0/24\",\"verified\":false}");
    assertThat(told.getFirst().getAtMicros())
        .isEqualTo(Instant.parse("2026-11-21T12:00:00Z").getEpochSecond() * 1_000_000);
  }

  @Test
  void whoKeepsAtItForADayLeavesFewRecords() {
    refusals.signedIn("acme");
    for (int second = 0; second < 86_400; second++) {
      for (int from = 0; from < 20; from++) refusals.count(stranger("acme", "10.0." + from));
      after(Duration.ofSeconds(1));
    }
    refusals.tell(true);
    assertThat(told.size()).isLessThan(900);
    assertThat(told.stream().mapToLong(RefusalsTest::times).sum()).isEqualTo(20 * 86_400L);
  }

  private static long times(AuditRecorded record) {
    return Long.parseLong(arguments(record).replaceAll(".*\"times\":(\\d+).*", "$1"));
  }

  @Test
  void aQuietTimeMakesTheNextOneToldSoonAgain() {
    refusals.signedIn("acme");
    for (int i = 0; i < 4; i++) {
      refusals.count(stranger("acme", ""));
      after(Duration.ofSeconds(10L << i));
      assertThat(told).hasSize(i + 1);
    }
    after(Duration.ofMinutes(10));
    refusals.count(stranger("acme", ""));
    after(Duration.ofSeconds(10));
    assertThat(told).hasSize(5);
  }

  @Test
  void moreThanAFewAreOneTogether() {
    refusals.signedIn("acme");
    for (int i = 0; i < 50; i++) refusals.count(stranger("acme", "10.0." + i + ".0/24"));
    refusals.tell(true);
    assertThat(told).hasSize(Refusals.APART_MAX + 1);
    assertThat(arguments(told.getLast()))
        .contains("\"reason\":\"several\",\"times\":45")
        .doesNotContain("from");
  }

  @Test
  void strangersCrowdOutNoMember() {
    refusals.signedIn("acme");
    for (int i = 0; i < 50; i++) refusals.count(stranger("acme", "10.0." + i + ".0/24"));
    refusals.count(
        Refusal.flood(TestIssuer.principal("acme", "bob"), "import_data", "too many calls", ""));
    refusals.tell(true);
    assertThat(told)
        .filteredOn(record -> record.getSubject().equals("bob"))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.getTool()).isEqualTo("import_data");
          assertThat(record.getClientId()).isEqualTo("agent");
          assertThat(record.getOutcome()).isEqualTo("rate_limited");
          assertThat(arguments(record)).contains("\"verified\":true");
        });
  }

  @Test
  void aWorkspaceNobodySignedInToIsToldOfOnceSomeoneHas() {
    refusals.count(stranger("acme", ""));
    after(Duration.ofHours(1));
    assertThat(told).isEmpty();
    refusals.signedIn("acme");
    after(Duration.ofSeconds(1));
    assertThat(told).hasSize(1);
    refusals.count(stranger("never", ""));
    after(Refusals.WAITING_LIFE);
    refusals.signedIn("never");
    after(Refusals.WAITING_LIFE);
    assertThat(told).as("nobody waits for ever").hasSize(1);
  }

  @Test
  void inventedWorkspacesTakeNoRoom() {
    for (int i = 0; i < 10_000; i++) refusals.count(stranger("invented-" + i, ""));
    for (int i = 0; i < 10_000; i++) refusals.signedIn("invented-" + i);
    refusals.tell(true);
    assertThat(told).hasSize(Refusals.WAITING_MAX);
    assertThat(meters.get("mcp.server.refusals").counter().count()).isEqualTo(10_000);
  }

  @Test
  void allThatIsCountedIsToldAtTheEnd() throws Exception {
    refusals.signedIn("acme");
    refusals.count(Refusal.signingIn("acme", "there is no token", ""));
    try (var loop = refusals.telling()) {
      loop.once();
      assertThat(told).isEmpty();
    }
    assertThat(told).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.77, 203.0.113.0/24",
    "127.0.0.1, 127.0.0.0/24",
    "2001:db8:aa:bb:cc:dd:ee:ff, 2001:db8:aa:0:0:0:0:0/48",
    "::ffff:203.0.113.77, 203.0.113.0/24"
  })
  void anAddressIsToldByItsNetwork(String address, String network) throws Exception {
    assertThat(Refusal.network(new InetSocketAddress(InetAddress.getByName(address), 443)))
        .isEqualTo(network);
  }

  @Test
  void whatIsNoAddressHasNoNetwork() {
    assertThat(Refusal.network(UnixDomainSocketAddress.of("/tmp/x"))).isEmpty();
    assertThat(Refusal.network(InetSocketAddress.createUnresolved("nowhere.test", 1))).isEmpty();
  }

  private static final class Moving extends Clock {
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");

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
  }
}
