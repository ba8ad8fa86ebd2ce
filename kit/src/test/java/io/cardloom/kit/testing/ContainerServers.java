package io.cardloom.kit.testing;

import java.util.Map;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// The test servers as containers of a Docker engine: the images of the compose file, with their
/// own defaults where nothing here says otherwise. They end with the JVM.
///
/// The only class that knows Testcontainers, so that tests without containers need none of it.
final class ContainerServers {
  private static final String POSTGRES = "postgres:18";
  private static final String KAFKA = "apache/kafka:4.3.1";

  /// As many as the tests of a module open side by side.
  private static final int CONNECTIONS_MAX = 200;

  private ContainerServers() {}

  /// A JDBC URL where the user `postgres` needs no password.
  static String postgresUrl() {
    var container =
        new PostgreSQLContainer(POSTGRES)
            .withDatabaseName("cardloom")
            .withUsername("postgres")
            .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust")
            .withEnv("POSTGRES_INITDB_ARGS", "--locale=C.UTF-8") // texts compare by code points
            .withCommand("postgres", "-c", "max_connections=" + CONNECTIONS_MAX, "-c", "fsync=off");
    container.start();
    return container.getJdbcUrl();
  }

  static String kafkaBootstrap() {
    var container =
        new KafkaContainer(KAFKA)
            .withEnv(
                Map.of(
                    "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false",
                    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0",
                    "KAFKA_MESSAGE_MAX_BYTES", "4194304"));
    container.start();
    return container.getBootstrapServers();
  }
}
