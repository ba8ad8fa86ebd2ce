package io.cardloom.kit.event;

import io.cardloom.kit.run.StartWait;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

  /// Topics with a second lane; the others have only the prompt one.
  private static final Set<String> IN_LANES = Set.of(ENTRY_CHANGED, CARD_CHANGED);

  /// Longest wait for one answer of the broker.
  private static final int ANSWER_WAIT_MS = 10_000;

  private Topics() {}

  /// Makes those of `topics` that are missing, in all their lanes. A service names what it writes
  /// and what it reads, so the order of starts does not matter.
  ///
  /// @throws IllegalStateException where the broker does not make them within a minute
  public static void ensure(KafkaConfig config, String... topics) {
    var wanted =
        Arrays.stream(topics)
            .flatMap(Topics::lanes)
            .map(topic ->
                new NewTopic(
                        config.prefix() + topic, config.partitions(), (short) config.replication())
                    .configs(Map.of("retention.ms", "604800000")))
            .toList();
    var _ = StartWait.until("Kafka at " + config.bootstrap(), () -> made(config, wanted));
  }

  private static Stream<String> lanes(String topic) {
    return IN_LANES.contains(topic)
        ? Arrays.stream(Lane.values()).map(lane -> lane.named(topic))
        : Stream.of(topic);
  }

  private static int made(KafkaConfig config, List<NewTopic> wanted) throws Exception {
    Properties properties = config.client();
    properties.put("default.api.timeout.ms", "" + ANSWER_WAIT_MS);
    properties.put("request.timeout.ms", "5000");
    try (Admin admin = Admin.create(properties)) {
      for (var made : admin.createTopics(wanted).values().values()) {
        try {
          made.get(ANSWER_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
          if (!(failure.getCause() instanceof TopicExistsException)) throw failure;
        }
      }
    }
    return wanted.size();
  }
}
