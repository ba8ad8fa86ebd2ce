package io.cardloom.metrics.series;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.metrics.time.Times;
import io.cardloom.proto.metrics.v1.ListMetricsRequest;
import io.cardloom.proto.metrics.v1.ListMetricsResponse;
import io.cardloom.proto.metrics.v1.MetricInfo;
import io.cardloom.proto.metrics.v1.MetricPoint;
import io.cardloom.proto.metrics.v1.QueryMetricRequest;
import io.cardloom.proto.metrics.v1.QueryMetricResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Answers what metrics there are, and one of them over time.
public final class QueryMetrics {
  /// Most buckets of one answer.
  static final int POINTS_MAX = 500;

  /// Widest bucket, in minutes; as in the contract.
  private static final int BUCKET_MINUTES_MAX = 1440;

  /// Buckets that read well; the first that fits is suggested.
  private static final List<Integer> WIDTHS = List.of(1, 5, 15, 30, 60, 180, 360, 720, 1440);

  private final Db db;
  private final SeriesStore series;

  public QueryMetrics(Db db, SeriesStore series) {
    this.db = db;
    this.series = series;
  }

  public ListMetricsResponse list(Caller caller, ListMetricsRequest request) {
    var metrics =
        db.inTx(caller.tenant(), tx -> series.list(tx, caller.tenant(), request.getQuery()));
    var response = ListMetricsResponse.newBuilder();
    for (SeriesStore.Metric metric : metrics) {
      response.addMetrics(
          MetricInfo.newBuilder()
              .setName(metric.name())
              .setUnit(metric.unit())
              .setFirstAt(metric.firstAt().toString())
              .setLastAt(metric.lastAt().toString()));
    }
    return response.build();
  }

  /// @throws ProblemException `Invalid` (times, too many buckets); `NotFound` with the nearest name
  public QueryMetricResponse query(Caller caller, QueryMetricRequest request) {
    Span span = Span.of(request);
    return db.inTx(caller.tenant(), tx -> query(tx, caller, request, span));
  }

  private QueryMetricResponse query(Tx tx, Caller caller, QueryMetricRequest request, Span span) {
    String tenant = caller.tenant();
    var metric =
        series
            .find(tx, tenant, request.getName())
            .orElseThrow(() -> unknown(tx, tenant, request.getName()));
    var response = QueryMetricResponse.newBuilder().setName(metric.name()).setUnit(metric.unit());
    var points =
        series.buckets(
            tx, tenant, metric.name(), span.from, span.to, span.bucket, request.getTagsMap());
    for (SeriesStore.Point point : points) {
      response.addPoints(
          MetricPoint.newBuilder()
              .setAt(point.at().toString())
              .setCount(point.count())
              .setSum(point.sum())
              .setMin(point.min())
              .setMax(point.max()));
    }
    return response.build();
  }

  private RuntimeException unknown(Tx tx, String tenant, String name) {
    var names = series.list(tx, tenant, "").stream().map(SeriesStore.Metric::name).toList();
    return new Problem.NotFound("metric", name, Nearest.of(name, names), List.of()).exception();
  }

  /// The time asked for: whole minutes, from inclusive, to exclusive.
  private record Span(Instant from, Instant to, Duration bucket) {

    static Span of(QueryMetricRequest request) {
      var violations = new ArrayList<Violation>();
      var from = Times.read("from", request.getFrom(), violations);
      var to = Times.read("to", request.getTo(), violations);
      if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
        violations.add(
            Violation.of("to", "not_after_from", "to must be after from.", request.getTo()));
      }
      ProblemException.throwIfAny(violations);
      int minutes = Math.max(1, request.getBucketMinutes());
      Instant start = from.orElseThrow().truncatedTo(ChronoUnit.MINUTES);
      var span = new Span(start, to.orElseThrow(), Duration.ofMinutes(minutes));
      if (span.buckets(minutes) > POINTS_MAX) violations.add(span.tooMany(minutes));
      ProblemException.throwIfAny(violations);
      return span;
    }

    private long buckets(int minutes) {
      long seconds = Duration.between(from, to).toSeconds();
      return Math.ceilDiv(seconds, 60L * minutes);
    }

    private Violation tooMany(int minutes) {
      var fits = WIDTHS.stream().filter(width -> buckets(width) <= POINTS_MAX).findFirst();
      String way =
          fits.isPresent()
              ? "take " + fits.get()
              : "ask for at most " + POINTS_MAX * BUCKET_MINUTES_MAX / 1440 + " days";
      return new Violation(
          "bucketMinutes",
          "too_many_points",
          "That is " + buckets(minutes) + " buckets of at most " + POINTS_MAX + "; " + way + ".",
          "" + minutes,
          fits.map(width -> List.of("" + width)).orElse(List.of()),
          "");
    }
  }
}
