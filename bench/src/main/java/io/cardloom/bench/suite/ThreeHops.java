package io.cardloom.bench.suite;

import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.event.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// What a change through three services cannot do without: a commit in each, and an event between
/// two of them, each durable before the next.
final class ThreeHops implements AutoCloseable {
  private static final int BYTES = 1_000;
  private static final String TOPIC = "baseline";

  private final PreparedStatement insert;
  private final KafkaProducer<byte[], byte[]> events;

  ThreeHops(Connection database, String kafka) throws SQLException {
    try (var statement = database.createStatement()) {
      statement.execute(
          "CREATE TABLE hop (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL)");
    }
    Topics.ensure(new KafkaConfig(kafka, "", 1, 1, 1), TOPIC);
    this.insert = database.prepareStatement("INSERT INTO hop (body) VALUES (?)");
    this.events =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka, "acks", "all", "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  void run() {
    try {
      commit();
      send();
      commit();
      send();
      commit();
    } catch (SQLException | ExecutionException failure) {
      throw new IllegalStateException("the baseline failed", failure);
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", failure);
    }
  }

  private void commit() throws SQLException {
    insert.setBytes(1, new byte[BYTES]);
    insert.executeUpdate();
  }

  private void send() throws InterruptedException, ExecutionException {
    var _ = events.send(new ProducerRecord<>(TOPIC, new byte[BYTES])).get();
  }

  @Override
  public void close() throws SQLException {
    events.close();
    insert.close();
  }
}
