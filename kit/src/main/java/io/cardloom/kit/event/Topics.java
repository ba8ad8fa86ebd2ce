package io.cardloom.kit.event;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/// The topics of the system.
public final class Topics {
  public static final String ENTRY_CHANGED = "cardloom.entry-changed.v1";
  public static final String CARD_CHANGED = "cardloom.card-changed.v1";
  public static final String DESTINATION_CHANGED = "cardloom.destination-changed.v1";
  public static final String METRIC_SAMPLE = "cardloom.metric-sample.v1";
  public static final String AUDIT_RECORDED = "cardloom.audit-recorded.v1";

  /// Longest wait for the broker when a service starts.
  private static final int BROKER_WAIT_MS = 60_000;

  private Topics() {}

  /// Makes those of `topics` that are missing. A service names what it writes and what it reads, so
  /// the order of starts does not matter.
  public static void ensure(KafkaConfig config, String... topics) {
    Properties properties = config.client();
    properties.put("default.api.timeout.ms", "" + BROKER_WAIT_MS);
    properties.put("request.timeout.ms", "5000");
    try (Admin admin = Admin.create(properties)) {
      for (String topic : topics) {
        var wanted =
            new NewTopic(config.prefix() + topic, config.partitions(), (short) config.replication())
                .configs(Map.of("retention.ms", "604800000"));
        try {
          admin
              .createTopics(java.util.List.of(wanted))
              .all()
              .get(BROKER_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
          if (!(failure.getCause() instanceof TopicExistsException)) {
            throw new IllegalStateException(
                "Kafka at "
                    + config.bootstrap()
                    + " does not make topic "
                    + topic
                    + ": "
                    + failure.getMessage(),
                failure);
          }
        } catch (java.util.concurrent.TimeoutException failure) {
          throw new IllegalStateException(
              "Kafka at "
                  + config.bootstrap()
                  + " did not answer within "
                  + BROKER_WAIT_MS / 1000
                  + " s",
              failure);
        } catch (InterruptedException failure) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while topics were made", failure);
        }
      }
    }
  }
}
