package io.cardloom.ingest.api;

import com.google.protobuf.ByteString;
import io.cardloom.kit.key.Grant;
import io.cardloom.kit.key.KeyTrail;
import io.cardloom.proto.events.v1.AuditRecorded;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;

/// What programs imported, for the audit log: with the application and key it came by, and how it
/// ended. Of the entries there is a digest, and how many they were.
public final class Trail {
  /// The name that imports over HTTP have in the audit log.
  static final String IMPORT = "POST /v1/sources/entries";

  private final KeyTrail keys;
  private final Consumer<AuditRecorded> records;
  private final Clock clock;

  public Trail(Consumer<AuditRecorded> records, Clock clock) {
    this.keys = new KeyTrail(IMPORT, records, clock);
    this.records = records;
    this.clock = clock;
  }

  /// An import that has begun.
  Attempt attempt(Grant grant, String correlationId, String sourceId) {
    return new Attempt(grant, correlationId, sourceId, clock.instant());
  }

  /// A key that was good once is not any more.
  void ended(Grant was) {
    keys.refused(was, "unauthenticated");
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
      if ((refused || outcome.equals("rate_limited")) && keys.lately(grant, outcome)) return;
      records.accept(
          keys.record(grant, outcome, refused, begun)
              .setCorrelationId(correlationId)
              .setArgumentsDigest(digest)
              .setArguments(ByteString.copyFrom(ApiJson.attempt(sourceId, entries)))
              .build());
    }
  }
}
