package io.cardloom.kit.event;

import io.cardloom.proto.events.v1.MetricSample;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells svc-metrics what happened. Nobody waits for it, and a lost sample is only a lost sample.
public final class MetricSender {
  private static final Logger log = LoggerFactory.getLogger(MetricSender.class);

  /// Most samples on their way into the producer; beyond it they are dropped. The producer itself
  /// may wait long for a broker that is away.
  private static final int WAITING_MAX = 256;

  private final EventSender sender;
  private final Semaphore room = new Semaphore(WAITING_MAX);

  public MetricSender(EventSender sender) {
    this.sender = sender;
  }

  /// One measurement.
  public void one(String tenant, String name, String unit, double value, Map<String, String> tags) {
    many(tenant, name, unit, 1, value, value, value, tags);
  }

  /// Many measurements at once, such as one batch.
  public void many(
      String tenant,
      String name,
      String unit,
      long count,
      double sum,
      double min,
      double max,
      Map<String, String> tags) {
    if (count == 0) return;
    Instant now = Instant.now();
    var sample =
        MetricSample.newBuilder()
            .setTenant(tenant)
            .setName(name)
            .setUnit(unit)
            .setAtMicros(now.getEpochSecond() * 1_000_000 + now.getNano() / 1000)
            .setSampleId(UUID.randomUUID().toString())
            .putAllTags(tags)
            .setCount(count)
            .setSum(sum)
            .setMin(min)
            .setMax(max)
            .build();
    send(
        new ProducerRecord<>(
            sender.topic(Topics.METRIC_SAMPLE), tenant + "/" + name, sample.toByteArray()));
  }

  private void send(ProducerRecord<String, byte[]> sample) {
    if (!room.tryAcquire()) return;
    var _ =
        Thread.startVirtualThread(() -> {
          try {
            var _ = sender.send(sample);
          } catch (RuntimeException failure) {
            log.debug("a sample is lost: {}", failure.getMessage());
          } finally {
            room.release();
          }
        });
  }
}
