package io.cardloom.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
  @Test
  void recordsAndOffsetsAreThereAfterARestart(@TempDir Path dir) throws Exception {
    try (var first = EmbeddedKafka.start(dir, 0, 0)) {
      try (var admin = Admin.create(Map.of("bootstrap.servers", first.bootstrap()))) {
        var topic = new NewTopic("shirts", Optional.of(1), Optional.empty());
        admin.createTopics(List.of(topic)).all().get();
      }
      send(first, "red", "blue");
      assertThat(receive(first, 1)).containsExactly("red");
    }
    try (var second = EmbeddedKafka.start(dir, 0, 0)) {
      assertThat(receive(second, 1)).as("goes on after the committed one").containsExactly("blue");
    }
  }

  private static void send(EmbeddedKafka broker, String... values) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrap());
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (var value : values) {
        producer.send(new ProducerRecord<>("shirts", "key", value)).get();
      }
    }
  }

  /// Polls until `count` records are there, one a poll, and commits them.
  private static List<String> receive(EmbeddedKafka broker, int count) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", broker.bootstrap(),
            "group.id", "wardrobe",
            "group.protocol", "consumer",
            "enable.auto.commit", "false",
            "auto.offset.reset", "earliest",
            "max.poll.records", "1");
    var received = new ArrayList<String>();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("shirts"));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (received.size() < count && System.nanoTime() < deadline) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          received.add(record.value());
        }
      }
      consumer.commitSync();
    }
    return received;
  }
}
