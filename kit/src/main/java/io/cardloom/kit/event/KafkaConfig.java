package io.cardloom.kit.event;

import io.cardloom.kit.run.Settings;
import java.util.Properties;

/// How to reach Kafka, keys `kafka.*`.
///
/// @param bootstrap `host:port` list
/// @param prefix put before every topic and group name, so that several systems (and tests) share a
///   broker; may be empty
/// @param partitions partitions of a topic made by us: the most instances of a service that share
///   its work
/// @param replication replicas of a topic made by us
/// @param consumers threads of one instance that share its part of a topic's bulk lane: while one
///   waits for the database another computes
public record KafkaConfig(
    String bootstrap, String prefix, int partitions, int replication, int consumers) {
  public KafkaConfig {
    if (partitions < 1) throw new IllegalArgumentException("kafka.partitions must be >= 1");
    if (replication < 1) throw new IllegalArgumentException("kafka.replication must be >= 1");
    if (consumers < 1) throw new IllegalArgumentException("kafka.consumers must be >= 1");
  }

  public static KafkaConfig from(Settings settings) {
    return new KafkaConfig(
        settings.text("kafka.bootstrap"),
        settings.text("kafka.prefix", ""),
        settings.number("kafka.partitions", 4),
        settings.number("kafka.replication", 1),
        settings.number("kafka.consumers", 2));
  }

  Properties client() {
    var properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    properties.put("reconnect.backoff.max.ms", "2000");
    properties.put("metric.reporters", "");
    properties.put("enable.metrics.push", "false");
    return properties;
  }
}
