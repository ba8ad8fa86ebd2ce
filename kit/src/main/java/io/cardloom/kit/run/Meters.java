package io.cardloom.kit.run;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;

/// One service's meters, shown as Prometheus text at `/observe/metrics` of its admin side. A
/// registry of its own: several services may share a process.
public final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics pauses = new JvmGcMetrics();

  /// @param service value of the tag `service` on every meter
  public Meters(String service) {
    registry.config().commonTags("service", service);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    pauses.bindTo(registry);
  }

  /// Where a service registers what it counts and times.
  public MeterRegistry registry() {
    return registry;
  }

  void write(ServerResponse response) {
    response.header(
        HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"));
    response.send(registry.scrape().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    pauses.close();
    registry.close();
  }
}
