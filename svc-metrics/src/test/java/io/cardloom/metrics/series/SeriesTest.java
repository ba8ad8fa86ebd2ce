package io.cardloom.metrics.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.common.v1.ProblemDetail;
import io.cardloom.proto.events.v1.MetricSample;
import io.cardloom.proto.metrics.v1.ListMetricsRequest;
import io.cardloom.proto.metrics.v1.MetricInfo;
import io.cardloom.proto.metrics.v1.MetricPoint;
import io.cardloom.proto.metrics.v1.QueryMetricRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@FreshSchema({"db/kit", "db/metrics"})
final class SeriesTest {
  private static final Instant NOW = Instant.parse("2026-05-05T12:30:00Z");
  private static final Caller ACME = TestKeys.everything("acme");

  private static MetricSample.Builder sample(String id, String at, double value) {
    return MetricSample.newBuilder()
        .setTenant("acme")
        .setName("visible.latency")
        .setUnit("ms")
        .setSampleId(id)
        .setAtMicros(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(at)))
        .setCount(1)
        .setSum(value)
        .setMin(value)
        .setMax(value);
  }

  private static void hear(Db db, MetricSample.Builder... samples) {
    hear(db, List.of(samples).stream().map(MetricSample.Builder::build).toList());
  }

  private static void hear(Db db, List<MetricSample> samples) {
    var count = new CountSamples(new SeriesStore(), Clock.fixed(NOW, ZoneOffset.UTC));
    db.useTx(tx -> EventLoop.handle(tx, samples, MetricSample::getTenant, count));
  }

  private static QueryMetricRequest.Builder query(String from, String to) {
    return QueryMetricRequest.newBuilder().setName("visible.latency").setFrom(from).setTo(to);
  }

  private static List<MetricPoint> points(Db db, QueryMetricRequest.Builder query) {
    return new QueryMetrics(db, new SeriesStore()).query(ACME, query.build()).getPointsList();
  }

  private static ProblemDetail refused(Db db, QueryMetricRequest.Builder query) {
    return catchThrowableOfType(ProblemException.class, () -> points(db, query)).problem().toPb();
  }

  @Test
  void samplesAddUpPerMinuteAndBucket(Db db) {
    hear(
        db,
        sample("1", "2026-05-05T12:00:10Z", 5),
        sample("2", "2026-05-05T12:00:59.999Z", 15),
        sample("3", "2026-05-05T12:01:00Z", 30),
        sample("4", "2026-05-05T12:09:00Z", 1).setCount(3).setSum(6).setMax(4),
        sample("5", "2026-05-05T12:10:00Z", 100));
    assertThat(points(db, query("2026-05-05T12:00:30Z", "2026-05-05T12:10:00Z")))
        .extracting(MetricPoint::getAt, MetricPoint::getCount, MetricPoint::getSum)
        .containsExactly(
            tuple("2026-05-05T12:00:00Z", 2L, 20.0),
            tuple("2026-05-05T12:01:00Z", 1L, 30.0),
            tuple("2026-05-05T12:09:00Z", 3L, 6.0));
    assertThat(
            points(db, query("2026-05-05T12:00:00Z", "2026-05-05T13:00:00Z").setBucketMinutes(10)))
        .extracting(
            MetricPoint::getAt, MetricPoint::getCount, MetricPoint::getMin, MetricPoint::getMax)
        .containsExactly(
            tuple("2026-05-05T12:00:00Z", 6L, 1.0, 30.0),
            tuple("2026-05-05T12:10:00Z", 1L, 100.0, 100.0));
  }

  @Test
  void tagsNarrowAndAreNeverMixedUp(Db db) {
    hear(
        db,
        sample("1", "2026-05-05T12:00:00Z", 1).putTags("endpoint", "a").putTags("status", "200"),
        sample("2", "2026-05-05T12:00:00Z", 2).putTags("status", "200").putTags("endpoint", "a"),
        sample("3", "2026-05-05T12:00:00Z", 4).putTags("endpoint", "b \"\\ \n\u0000"));
    var all = query("2026-05-05T12:00:00Z", "2026-05-05T12:01:00Z");
    assertThat(points(db, all)).extracting(MetricPoint::getSum).containsExactly(7.0);
    assertThat(points(db, all.putTags("endpoint", "a")))
        .extracting(MetricPoint::getSum)
        .containsExactly(3.0);
    assertThat(points(db, all.putTags("status", "404"))).isEmpty();
    assertThat(points(db, all.clearTags().putTags("endpoint", "b \"\\ \n\u0000")))
        .extracting(MetricPoint::getSum)
        .containsExactly(4.0);
  }

  @Test
  void eachSampleCountsOnceHoweverOftenItIsDelivered(Db db) {
    var random = new Random(7);
    var sent = new ArrayList<MetricSample>();
    for (int i = 0; i < 400; i++) {
      sent.add(sample("s" + i, "2026-05-05T12:0" + random.nextInt(10) + ":00Z", 1).build());
    }
    for (int delivery = 0; delivery < 12; delivery++) {
      Collections.shuffle(sent, random);
      var batch = new ArrayList<>(sent.subList(0, 150));
      batch.addAll(batch.subList(0, 30)); // twice in one poll, too
      hear(db, batch);
    }
    hear(db, sent);
    assertThat(
            points(db, query("2026-05-05T12:00:00Z", "2026-05-05T13:00:00Z").setBucketMinutes(60)))
        .extracting(MetricPoint::getCount, MetricPoint::getSum)
        .containsExactly(tuple(400L, 400.0));
  }

  @ParameterizedTest
  @CsvSource({
    "too late,       2026-05-04T12:29:59Z, 1, m",
    "too early,      2026-05-05T12:41:00Z, 1, m",
    "empty,          2026-05-05T12:00:00Z, 0, m",
    "no name,        2026-05-05T12:00:00Z, 1, ''",
  })
  void whatCannotBeCountedOnceIsNotCounted(String why, String at, long count, String name, Db db) {
    hear(db, sample("1", at, 1).setCount(count).setName(name));
    var metrics = db.inTx("acme", tx -> new SeriesStore().list(tx, "acme", ""));
    assertThat(metrics).as(why).isEmpty();
  }

  @Test
  void metricsAreListedWithFirstAndLastAndOnlyOwnOnes(Db db) {
    hear(
        db,
        sample("1", "2026-05-05T12:00:10Z", 1),
        sample("2", "2026-05-05T12:20:10Z", 1),
        sample("3", "2026-05-05T12:10:00Z", 1).setName("destination.requests"),
        sample("4", "2026-05-05T12:10:00Z", 1).setTenant("other").setName("secret"));
    var metrics = new QueryMetrics(db, new SeriesStore());
    assertThat(metrics.list(ACME, ListMetricsRequest.getDefaultInstance()).getMetricsList())
        .extracting(MetricInfo::getName, MetricInfo::getFirstAt, MetricInfo::getLastAt)
        .containsExactly(
            tuple("destination.requests", "2026-05-05T12:10:00Z", "2026-05-05T12:10:00Z"),
            tuple("visible.latency", "2026-05-05T12:00:00Z", "2026-05-05T12:20:00Z"));
    assertThat(
            metrics
                .list(ACME, ListMetricsRequest.newBuilder().setQuery("lat").build())
                .getMetricsList())
        .hasSize(1);
    assertThat(refused(db, query("2026-05-05T12:00:00Z", "2026-05-05T12:01:00Z").setName("secret")))
        .satisfies(problem -> assertThat(problem.getCode()).isEqualTo("not_found"));
    assertThat(
            refused(
                    db,
                    query("2026-05-05T12:00:00Z", "2026-05-05T12:01:00Z").setName("visible.latncy"))
                .getFactsMap())
        .containsEntry("didYouMean", "visible.latency");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-05-05T00:00:00Z, 2026-05-05T08:20:00Z, 0,   '', ''",
    "2026-05-05T00:00:00Z, 2026-05-05T08:21:00Z, 0,   bucketMinutes, 5",
    "2026-05-01T00:00:00Z, 2026-06-01T00:00:00Z, 5,   bucketMinutes, 180",
    "2020-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 1440, bucketMinutes, ''",
    "2026-05-05T00:00:00Z, 2026-05-05T00:00:00Z, 0,   to, ''",
    "yesterday,            2026-05-05T00:00:00Z, 0,   from, 2026-01-31T12:00:00Z",
  })
  void anAnswerHasAtMostFiveHundredBucketsAndAWiderOneIsSuggested(
      String from, String to, int bucket, String path, String allowed, Db db) {
    hear(db, sample("1", "2026-05-05T12:00:00Z", 1));
    var query = query(from, to).setBucketMinutes(bucket);
    if (path.isEmpty()) {
      assertThat(points(db, query)).isEmpty();
      return;
    }
    var violation = refused(db, query).getViolations(0);
    assertThat(violation.getPath()).isEqualTo(path);
    assertThat(String.join(" ", violation.getAllowedList())).isEqualTo(allowed);
  }

  @Test
  void oldMinutesAndIdsAreForgottenAndWhatIsForgottenIsNotCountedAgain(Db db) {
    hear(db, sample("1", "2026-05-05T12:00:00Z", 1));
    var loop =
        new RetentionLoop(
            db, new SeriesStore(), Duration.ofDays(30), Clock.fixed(NOW, ZoneOffset.UTC));
    assertThat(loop.forget(NOW)).isZero();
    assertThat(loop.forget(NOW.plus(Duration.ofDays(2)))).as("the id").isEqualTo(1);

    var later = Clock.fixed(NOW.plus(Duration.ofDays(2)), ZoneOffset.UTC);
    var repeated = List.of(sample("1", "2026-05-05T12:00:00Z", 1).build());
    db.useTx("acme", tx -> new CountSamples(new SeriesStore(), later).handle(tx, repeated));
    var day = query("2026-05-05T00:00:00Z", "2026-05-06T00:00:00Z").setBucketMinutes(60);
    assertThat(points(db, day)).extracting(MetricPoint::getCount).containsExactly(1L);

    assertThat(loop.forget(NOW.plus(Duration.ofDays(31)))).as("the minute").isEqualTo(1);
    assertThat(refused(db, day).getFactsMap())
        .isEqualTo(Map.of("kind", "metric", "id", "visible.latency"));
  }
}
