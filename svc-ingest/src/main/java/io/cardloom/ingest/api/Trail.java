package io.cardloom.ingest.api;

import com.google.protobuf.ByteString;
import io.cardloom.kit.key.Grant;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/// What programs did, for the audit log: every import with the application and key it came by, and
/// how it ended. Of the entries there is a digest, and how many they were.
///
/// A refusal that a program can cause as often as it likes is told once in a while, for each key
/// and kind.
public final class Trail {
  /// The name that imports over HTTP have in the audit log.
  static final String IMPORT = "POST /v1/sources/entries";

  private static final Duration AGAIN_AFTER = Duration.ofMinutes(10);

  /// Refusals remembered; the oldest leave first.
  private static final int REMEMBERED_MAX = 10_000;

  private final Consumer<AuditRecorded> records;
  private final Clock clock;
  private final Map<String, Instant> told =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
              return size() > REMEMBERED_MAX;
            }
          });

  public Trail(Consumer<AuditRecorded> records, Clock clock) {
    this.records = records;
    this.clock = clock;
  }

  /// An import that has begun.
  Attempt attempt(Grant grant, String correlationId, String sourceId) {
    return new Attempt(grant, correlationId, sourceId, clock.instant());
  }

  /// A key that was good once is not any more.
  void ended(Grant was) {
    if (lately(was, "unauthenticated")) return;
    records.accept(record(was, "unauthenticated", true, clock.instant()).build());
  }

  private boolean lately(Grant grant, String outcome) {
    Instant now = clock.instant();
    Instant before = told.get(grant.keyId() + outcome);
    if (before != null && now.isBefore(before.plus(AGAIN_AFTER))) return true;
    told.put(grant.keyId() + outcome, now);
    return false;
  }

  private AuditRecorded.Builder record(
      Grant grant, String outcome, boolean refused, Instant begun) {
    return AuditRecorded.newBuilder()
        .setTenant(grant.tenant())
        .setId(UUID.randomUUID().toString())
        .setAtMicros(ChronoUnit.MICROS.between(Instant.EPOCH, begun))
        .setSubject(grant.subject())
        .setName(grant.applicationId())
        .setClientId("key:" + grant.keyId())
        .setTool(IMPORT)
        .setOutcome(outcome)
        .setRefused(refused)
        .setDurationMs(Duration.between(begun, clock.instant()).toMillis());
  }

  /// One import, from its key to its end. Used by one thread.
  final class Attempt {
    private final Grant grant;
    private final String correlationId;
    private final String sourceId;
    private final Instant begun;
    private ByteString digest = ByteString.EMPTY;
    private int entries = -1;

    Attempt(Grant grant, String correlationId, String sourceId, Instant begun) {
      this.grant = grant;
      this.correlationId = correlationId;
      this.sourceId = sourceId;
      this.begun = begun;
    }

    void received(byte[] body) {
      try {
        digest = ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(body));
      } catch (NoSuchAlgorithmException missing) {
        throw new IllegalStateException("this JDK has no SHA-256", missing);
      }
    }

    void read(int entries) {
      this.entries = entries;
    }

    /// Returns when the record is kept: the answer goes out after it.
    ///
    /// @param outcome `ok`, or the code word of the problem
    void ended(String outcome) {
      boolean refused = outcome.equals("forbidden") || outcome.equals("unauthenticated");
      if ((refused || outcome.equals("rate_limited")) && lately(grant, outcome)) return;
      records.accept(
          record(grant, outcome, refused, begun)
              .setCorrelationId(correlationId)
              .setArgumentsDigest(digest)
              .setArguments(ByteString.copyFrom(ApiJson.attempt(sourceId, entries)))
              .build());
    }
  }
}
