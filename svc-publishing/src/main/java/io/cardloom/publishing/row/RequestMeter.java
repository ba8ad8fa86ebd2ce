package io.cardloom.publishing.row;

import io.cardloom.kit.event.MetricSender;
import io.cardloom.kit.run.Loop;
import io.cardloom.publishing.endpoint.Endpoint;
import java.time.Duration;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.Map;

/// Counts requests per endpoint and status, and tells svc-metrics once a second. Only endpoints
/// that are served have an entry, so what callers invent costs nothing.
public final class RequestMeter implements Loop.Body {
  /// Metric: requests of the destination API and the time each took.
  static final String REQUESTS = "destination.requests";

  private static final Duration TELL_EVERY = Duration.ofSeconds(1);

  private final MetricSender metrics;
  private final Map<Key, DoubleSummaryStatistics> counts = new HashMap<>();

  private record Key(String tenant, String endpointId, int status) {}

  public RequestMeter(MetricSender metrics) {
    this.metrics = metrics;
  }

  /// A request was answered. Safe for several threads.
  void answered(Endpoint endpoint, int status, long nanos) {
    synchronized (counts) {
      counts
          .computeIfAbsent(
              new Key(endpoint.tenant(), endpoint.id(), status), _ -> new DoubleSummaryStatistics())
          .accept(nanos / 1e6);
    }
  }

  @Override
  public int once() throws InterruptedException {
    Thread.sleep(TELL_EVERY);
    return tell();
  }

  int tell() {
    Map<Key, DoubleSummaryStatistics> told;
    synchronized (counts) {
      told = Map.copyOf(counts);
      counts.clear();
    }
    told.forEach((key, ms) ->
        metrics.many(
            key.tenant(),
            REQUESTS,
            "ms",
            ms.getCount(),
            ms.getSum(),
            ms.getMin(),
            ms.getMax(),
            Map.of("endpoint", key.endpointId(), "status", "" + key.status())));
    return told.size();
  }
}
