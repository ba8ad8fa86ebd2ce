package io.cardloom.metrics.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.common.v1.PageRequest;
import io.cardloom.proto.events.v1.AuditRecorded;
import io.cardloom.proto.metrics.v1.AuditDecision;
import io.cardloom.proto.metrics.v1.AuditRecord;
import io.cardloom.proto.metrics.v1.SearchAuditLogRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/metrics"})
final class AuditTest {
  private static final Instant START = Instant.parse("2026-05-05T12:00:00Z");
  private static final AuditStore RECORDS = new AuditStore();

  private static AuditRecorded record(String tenant, int number, Random random) {
    Instant at = START.plusMillis(random.nextInt(10_000));
    boolean refused = random.nextInt(4) == 0;
    return AuditRecorded.newBuilder()
        .setTenant(tenant)
        .setId(tenant + "-" + number)
        .setAtMicros(at.toEpochMilli() * 1000)
        .setSubject("person-" + random.nextInt(3))
        .setName("Ånna <b>")
        .setClientId("client-" + random.nextInt(3))
        .setTool(random.nextBoolean() ? "import_data" : "create_endpoint")
        .setRefused(refused)
        .setOutcome(refused ? "forbidden" : "ok")
        .setArguments(ByteString.copyFromUtf8("{\"sourceId\":\"s\"}"))
        .setArgumentsDigest(ByteString.copyFrom(new byte[] {1, (byte) 0xab}))
        .setCorrelationId("c-" + number / 2)
        .setDurationMs(number)
        .build();
  }

  private static void hear(Db db, List<AuditRecorded> records) {
    var record = new RecordAudit(RECORDS, Clock.systemUTC());
    db.useTx(tx -> EventLoop.handle(tx, records, AuditRecorded::getTenant, record));
  }

  /// Every page of a search.
  private static List<String> ids(Db db, SearchAuditLogRequest request) {
    var search = new SearchAuditLog(db, RECORDS);
    var ids = new ArrayList<String>();
    String after = "";
    do {
      var page = PageRequest.newBuilder().setLimit(7).setAfter(after);
      var answer =
          search.run(TestKeys.everything("acme"), request.toBuilder().setPage(page).build());
      answer.getRecordsList().stream().map(AuditRecord::getId).forEach(ids::add);
      after = answer.getAfter();
    } while (!after.isEmpty());
    return ids;
  }

  private static List<String> model(List<AuditRecorded> all, Predicate<AuditRecorded> wanted) {
    return all.stream()
        .filter(record -> record.getTenant().equals("acme"))
        .filter(wanted)
        .sorted(
            Comparator.comparingLong(AuditRecorded::getAtMicros)
                .thenComparing(AuditRecorded::getId)
                .reversed())
        .map(AuditRecorded::getId)
        .toList();
  }

  @Test
  void aSearchFindsWhatItNamesInItsWorkspaceOnly(Db db) {
    var random = new Random(7);
    var all = new ArrayList<AuditRecorded>();
    for (int i = 0; i < 60; i++) all.add(record("acme", i, random));
    for (int i = 0; i < 60; i++) all.add(record("other", i, random));
    hear(db, all);
    hear(db, all.subList(20, 80)); // a repeat is no second record
    var any = SearchAuditLogRequest.newBuilder();
    assertThat(ids(db, any.build())).isEqualTo(model(all, _ -> true)).hasSize(60);
    assertThat(ids(db, any.clone().setSubject("person-1").build()))
        .isEqualTo(model(all, one -> one.getSubject().equals("person-1")))
        .isNotEmpty();
    assertThat(ids(db, any.clone().setClientId("client-2").setTool("import_data").build()))
        .isEqualTo(
            model(
                all,
                one -> one.getClientId().equals("client-2") && one.getTool().equals("import_data")))
        .isNotEmpty();
    assertThat(ids(db, any.clone().setCorrelationId("c-3").build()))
        .isEqualTo(model(all, one -> one.getCorrelationId().equals("c-3")))
        .hasSize(2);
    assertThat(ids(db, any.clone().setDecision(AuditDecision.AUDIT_DECISION_REFUSED).build()))
        .isEqualTo(model(all, AuditRecorded::getRefused))
        .isNotEmpty();
    Instant from = START.plusSeconds(3);
    Instant to = START.plusSeconds(6);
    assertThat(ids(db, any.clone().setFrom(from.toString()).setTo(to.toString()).build()))
        .isEqualTo(
            model(
                all, one -> !AuditStore.at(one).isBefore(from) && AuditStore.at(one).isBefore(to)))
        .isNotEmpty();
    var first =
        new SearchAuditLog(db, RECORDS)
            .run(TestKeys.everything("acme"), any.clone().setTool("import_data").build())
            .getRecords(0);
    assertThat(first.getName()).isEqualTo("Ånna <b>");
    assertThat(first.getArguments().getUtf8().toStringUtf8()).isEqualTo("{\"sourceId\":\"s\"}");
    assertThat(first.getArgumentsDigest()).isEqualTo("01ab");
  }

  @Test
  void wrongTimesAndForeignCursorsAreRefused(Db db) {
    var search = new SearchAuditLog(db, RECORDS);
    for (var wrong :
        List.of(
            SearchAuditLogRequest.newBuilder().setFrom("yesterday"),
            SearchAuditLogRequest.newBuilder().setPage(PageRequest.newBuilder().setAfter("x")))) {
      assertThatThrownBy(() -> search.run(TestKeys.everything("acme"), wrong.build()))
          .isInstanceOfSatisfying(
              ProblemException.class,
              refused -> assertThat(refused.problem().code()).isEqualTo("validation_failed"));
    }
  }

  @Test
  void aRecordStaysAsItIsUntilItIsOld(Db db) {
    var now = Instant.now();
    var young = record("acme", 1, new Random(1)).toBuilder();
    var old = young.clone().setId("old");
    young.setAtMicros(now.minus(Duration.ofDays(80)).toEpochMilli() * 1000);
    old.setAtMicros(now.minus(Duration.ofDays(500)).toEpochMilli() * 1000);
    hear(db, List.of(young.build(), old.build()));
    assertThatThrownBy(
            () -> db.useTx("acme", tx -> tx.update("UPDATE audit_record SET outcome = 'ok'")))
        .hasStackTraceContaining("audit records stay as they are");
    assertThatThrownBy(() -> db.useTx("acme", tx -> tx.update("DELETE FROM audit_record")))
        .hasStackTraceContaining("audit records stay as they are");
    var retention = new AuditRetention(db, RECORDS, Duration.ofDays(400), Clock.systemUTC());
    try {
      assertThat(retention.once()).isEqualTo(1);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
    assertThat(ids(db, SearchAuditLogRequest.getDefaultInstance())).containsExactly("acme-1");
  }
}
