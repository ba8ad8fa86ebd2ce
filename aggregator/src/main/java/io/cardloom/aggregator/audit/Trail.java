package io.cardloom.aggregator.audit;

import com.google.protobuf.ByteString;
import io.cardloom.kit.event.AuditSender;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/// The trail of what was done and refused. A record holds who, with which client, what, on what,
/// and how it ended; of the arguments a digest, and a summary without their texts.
///
/// What can be caused again and again for nothing is counted instead, in [Refusals].
public final class Trail {
  private final AuditSender sender;
  private final Refusals refusals;
  private final Clock clock;

  public Trail(AuditSender sender, Refusals refusals, Clock clock) {
    this.sender = sender;
    this.refusals = refusals;
    this.clock = clock;
  }

  public Instant now() {
    return clock.instant();
  }

  /// Returns when the record is kept: the answer to a write goes out after it.
  public void keep(Attempt attempt) {
    if (attempt.outcome().equals(Refusal.RATE_LIMITED)) {
      refusals.count(Refusal.flood(attempt.principal(), attempt.tool(), "too many calls", ""));
      return;
    }
    var principal = attempt.principal();
    var arguments = attempt.arguments();
    var record =
        AuditRecorded.newBuilder()
            .setTenant(principal.workspace())
            .setId(UUID.randomUUID().toString())
            .setAtMicros(ChronoUnit.MICROS.between(Instant.EPOCH, attempt.begun()))
            .setSubject(principal.subject())
            .setName(principal.name())
            .setClientId(principal.client().id())
            .setTool(attempt.tool())
            .setRefused(attempt.refused())
            .setOutcome(attempt.outcome())
            .setCorrelationId(attempt.correlationId())
            .setDurationMs(Duration.between(attempt.begun(), now()).toMillis());
    if (attempt.length() > 0) record.setArgumentsDigest(digest(attempt));
    if (arguments != null) record.setArguments(ByteString.copyFrom(Summary.of(arguments)));
    sender.send(record.build());
  }

  private static ByteString digest(Attempt attempt) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      sha.update(attempt.body(), attempt.from(), attempt.length());
      return ByteString.copyFrom(sha.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }
}
