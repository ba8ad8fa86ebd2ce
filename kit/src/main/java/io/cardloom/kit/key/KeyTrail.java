package io.cardloom.kit.key;

import io.cardloom.proto.events.v1.AuditRecorded;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/// What programs do with their keys, for the audit log: the application and the key, and how it
/// ended.
///
/// A refusal that a program can cause as often as it likes is told once in a while, for each key
/// and kind.
public final class KeyTrail {
  private static final Duration AGAIN_AFTER = Duration.ofMinutes(10);

  /// Refusals remembered; the oldest leave first.
  private static final int REMEMBERED_MAX = 10_000;

  private final String tool;
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

  /// @param tool the name that these requests have in the audit log
  /// @param records takes a record and returns when it is kept
  public KeyTrail(String tool, Consumer<AuditRecorded> records, Clock clock) {
    this.tool = tool;
    this.records = records;
    this.clock = clock;
  }

  /// A request that was refused for its key, where that was not told lately.
  ///
  /// @param outcome `unauthenticated` for a key that was good once, `forbidden` for one that does
  ///   not open this
  public void refused(Grant grant, String outcome) {
    if (lately(grant, outcome)) return;
    records.accept(record(grant, outcome, true, clock.instant()).build());
  }

  /// Whether this was told within the last minutes; if not, it counts as told now.
  public boolean lately(Grant grant, String outcome) {
    Instant now = clock.instant();
    Instant before = told.get(grant.keyId() + outcome);
    if (before != null && now.isBefore(before.plus(AGAIN_AFTER))) return true;
    told.put(grant.keyId() + outcome, now);
    return false;
  }

  /// A record of a request that ends now.
  public AuditRecorded.Builder record(Grant grant, String outcome, boolean refused, Instant begun) {
    return AuditRecorded.newBuilder()
        .setTenant(grant.tenant())
        .setId(UUID.randomUUID().toString())
        .setAtMicros(ChronoUnit.MICROS.between(Instant.EPOCH, begun))
        .setSubject(grant.subject())
        .setName(grant.applicationId())
        .setClientId("key:" + grant.keyId())
        .setTool(tool)
        .setOutcome(outcome)
        .setRefused(refused)
        .setDurationMs(Duration.between(begun, clock.instant()).toMillis());
  }
}
