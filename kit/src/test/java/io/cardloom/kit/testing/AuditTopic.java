package io.cardloom.kit.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cardloom.kit.event.KafkaConfig;
import io.cardloom.kit.event.Topics;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// What services told the audit log.
public final class AuditTopic {
  private static final Duration WAIT = Duration.ofSeconds(60);

  private AuditTopic() {}

  /// Of one workspace, from the beginning until there are so many, or a minute has passed.
  public static List<AuditRecorded> told(KafkaConfig kafka, String tenant, int count) {
    var properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrap());
    properties.put("group.id", UUID.randomUUID().toString());
    properties.put("auto.offset.reset", "earliest");
    var told = new ArrayList<AuditRecorded>();
    try (var consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(kafka.prefix() + Topics.AUDIT_RECORDED));
      long end = System.nanoTime() + WAIT.toNanos();
      while (told.size() < count && System.nanoTime() < end) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          var read = AuditRecorded.parseFrom(record.value());
          if (read.getTenant().equals(tenant)) told.add(read);
        }
      }
    } catch (InvalidProtocolBufferException broken) {
      throw new AssertionError(broken);
    }
    return told;
  }
}
