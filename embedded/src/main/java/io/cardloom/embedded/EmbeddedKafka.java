package io.cardloom.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/// A real Kafka broker on loopback: one KRaft node, broker and controller, in this JVM. Topics,
/// records and committed offsets stay in its directory and are there again after the next start.
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE_ID = 1;
  private static final String CONTROLLER = "CONTROLLER";

  /// Strong references: JUL forgets the level of a logger that nobody holds.
  private static final List<Logger> QUIET =
      Stream.of("org.apache.kafka", "kafka", "state.change.logger").map(Logger::getLogger).toList();

  private final KafkaRaftServer server;
  private final int port;
  private final DirectoryLock lock;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ExitHook exitHook;

  private EmbeddedKafka(KafkaRaftServer server, int port, DirectoryLock lock) {
    this.server = server;
    this.port = port;
    this.lock = lock;
    this.exitHook = ExitHook.closing("kafka", this::close);
  }

  /// Starts it and returns when clients can connect. A port of 0 takes any free one. A directory
  /// that a live process uses is refused with `IllegalStateException`.
  public static EmbeddedKafka start(Path dataDir, int port, int controllerPort) throws IOException {
    for (var logger : QUIET) {
      if (logger.getLevel() == null) {
        logger.setLevel(Level.SEVERE);
      }
    }
    var lock = DirectoryLock.take(dataDir);
    try {
      int brokerPort = FreePort.orAny(port);
      var logs = dataDir.resolve("logs");
      if (!Files.exists(logs.resolve("meta.properties"))) {
        format(logs);
      }
      var settings = settings(logs, brokerPort, FreePort.orAny(controllerPort));
      var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(server, brokerPort, lock);
    } catch (IOException | RuntimeException failure) {
      lock.close();
      throw failure;
    }
  }

  /// Leaves closing at JVM exit to the caller, who must stop the users of this server first.
  public EmbeddedKafka withoutExitHook() {
    exitHook.remove();
    return this;
  }

  /// Host and port for clients.
  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /// Flushes and stops. A second call does nothing.
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    exitHook.remove();
    server.shutdown();
    server.awaitShutdown();
    try {
      lock.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("Kafka did not free its directory", failure);
    }
  }

  private static void format(Path logs) throws IOException {
    Files.createDirectories(logs);
    var said = new ByteArrayOutputStream();
    try {
      new Formatter()
          .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE_ID)
          .setDirectories(List.of(logs.toString()))
          .setMetadataLogDirectory(logs.toString())
          .setControllerListenerName(CONTROLLER)
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .run();
    } catch (Exception failure) {
      throw new IOException(
          "could not format " + logs + ": " + said.toString(StandardCharsets.UTF_8), failure);
    }
  }

  /// One node with little memory: single replicas, few threads, few internal partitions.
  private static Map<String, String> settings(Path logs, int port, int controllerPort) {
    var settings = new LinkedHashMap<String, String>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", CONTROLLER);
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    settings.put("log.dirs", logs.toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("num.partitions", "4");
    for (var internal :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      settings.put(internal + ".replication.factor", "1");
      settings.put(internal + ".num.partitions", "3");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.consumer.session.timeout.ms", "10000");
    settings.put("group.consumer.min.session.timeout.ms", "3000");
    settings.put("group.consumer.min.heartbeat.interval.ms", "500");
    settings.put("group.consumer.heartbeat.interval.ms", "1000");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    settings.put("log.segment.bytes", "67108864");
    settings.put("message.max.bytes", "4194304");
    settings.put("replica.fetch.max.bytes", "4194304");
    // After a kill, a restart waits until this session has ended; a short one ends by itself on a
    // machine that is busy.
    settings.put("broker.session.timeout.ms", "9000");
    settings.put("broker.heartbeat.interval.ms", "1000");
    return settings;
  }
}
