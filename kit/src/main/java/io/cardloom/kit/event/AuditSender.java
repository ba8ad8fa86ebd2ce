package io.cardloom.kit.event;

import com.google.protobuf.TextFormat;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells svc-metrics what was done and refused. A record that the broker does not take in time goes
/// to the service's log instead, whole, so that none is lost without a trace.
public final class AuditSender {
  private static final Logger log = LoggerFactory.getLogger(AuditSender.class);

  /// How long the answer to a write waits for its record.
  private static final Duration WAIT = Duration.ofSeconds(5);

  private final EventSender sender;

  public AuditSender(EventSender sender) {
    this.sender = sender;
  }

  /// Returns when the broker has the record, or the log has it, or after 5 s, while it is still on
  /// its way. A caller that is interrupted, as that of a client that left, takes nothing back.
  public void send(AuditRecorded record) {
    try {
      Thread.ofVirtual().name("audit").start(() -> deliver(record)).join(WAIT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(AuditRecorded record) {
    try {
      sender
          .send(
              new ProducerRecord<>(
                  sender.topic(Topics.AUDIT_RECORDED), record.getTenant(), record.toByteArray()))
          .get();
    } catch (ExecutionException | RuntimeException failure) {
      keepInLog(record, failure);
    } catch (InterruptedException stopping) {
      keepInLog(record, stopping);
      Thread.currentThread().interrupt();
    }
  }

  private static void keepInLog(AuditRecorded record, Exception failure) {
    log.error(
        "audit record not taken ({}): {}",
        failure.toString(),
        TextFormat.printer().emittingSingleLine(true).printToString(record));
  }
}
