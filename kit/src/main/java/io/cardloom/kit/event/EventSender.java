package io.cardloom.kit.event;

import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A service's Kafka producer: idempotent, acknowledged by all replicas. Safe for several threads.
public final class EventSender implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;
  private final String prefix;

  private EventSender(KafkaProducer<String, byte[]> producer, String prefix) {
    this.producer = producer;
    this.prefix = prefix;
  }

  public static EventSender open(KafkaConfig config) {
    Properties properties = config.client();
    properties.put("acks", "all");
    properties.put("enable.idempotence", "true");
    // A broker that does not lead a partition yet refuses one request and takes the one behind it;
    // the first would then be out of order until it expires, and those behind it early.
    properties.put("max.in.flight.requests.per.connection", "1");
    properties.put("batch.size", "262144");
    properties.put("linger.ms", "0"); // the answer to a write waits for its audit record
    properties.put("compression.type", "lz4");
    properties.put("max.request.size", "" + (24 << 20));
    properties.put("buffer.memory", "" + (64 << 20));
    properties.put("delivery.timeout.ms", "30000");
    properties.put("request.timeout.ms", "10000");
    properties.put("max.block.ms", "15000");
    return new EventSender(
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer()),
        config.prefix());
  }

  /// Sends one record; the future fails when the broker did not take it within 30 s.
  Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
    return producer.send(record);
  }

  String topic(String name) {
    return prefix + name;
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(5));
  }
}
