package io.cardloom.kit.run;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.concurrent.atomic.AtomicBoolean;

/// Where traces go: the OTLP/HTTP collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names, as
/// OpenTelemetry's own variable; nowhere without it. A trace that a caller began is passed on
/// either way.
final class Telemetry {
  private static final AtomicBoolean INSTALLED = new AtomicBoolean();

  private Telemetry() {}

  /// Installs the exporter, once a process.
  static void install(String service) {
    String endpoint = System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT");
    if (endpoint == null || !INSTALLED.compareAndSet(false, true)) return;
    String name = System.getenv().getOrDefault("OTEL_SERVICE_NAME", service);
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint.replaceFirst("/+$", "") + "/v1/traces")
            .build();
    var provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), name)))
            .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
            .build();
    OpenTelemetrySdk.builder().setTracerProvider(provider).buildAndRegisterGlobal();
    Runtime.getRuntime().addShutdownHook(new Thread(provider::close, "traces-flush"));
  }
}
