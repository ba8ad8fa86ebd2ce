package io.cardloom.metrics.audit;

import com.google.protobuf.ByteString;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.events.v1.AuditRecorded;
import io.cardloom.proto.metrics.v1.AuditDecision;
import io.cardloom.proto.metrics.v1.AuditRecord;
import io.helidon.dbclient.DbRow;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Audit records as rows. Every method joins the caller's transaction.
public final class AuditStore {
  /// Most rows one step of the retention deletes.
  static final int FORGET_MAX = 10_000;

  private static final String ADD =
      """
      INSERT INTO audit_record (tenant, at, id, subject, name, client_id, tool, refused, outcome,
                                arguments, arguments_digest, correlation_id, duration_ms)
      SELECT tenant, at, id, subject, name, client_id, tool, refused, outcome, arguments,
             decode(digest, 'hex'), correlation_id, duration_ms
        FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          AS n (tenant, at, id, subject, name, client_id, tool, refused, outcome, arguments, digest,
                correlation_id, duration_ms)
      ON CONFLICT DO NOTHING
      """;
  private static final String SEARCH =
      """
      SELECT at, id, subject, name, client_id, tool, refused, outcome, arguments,
             encode(arguments_digest, 'hex') AS digest, correlation_id, duration_ms
        FROM audit_record
       WHERE tenant = ? AND at >= ? AND at < ? AND (at, id) < (?, ?)
         AND (? = '' OR subject = ?) AND (? = '' OR client_id = ?) AND (? = '' OR tool = ?)
         AND (? = '' OR correlation_id = ?) AND refused = ANY (?)
       ORDER BY at DESC, id DESC
       LIMIT ?
      """;
  private static final String FORGET =
      """
      DELETE FROM audit_record
       WHERE ctid = ANY (ARRAY (SELECT ctid FROM audit_record WHERE at < ? LIMIT ? FOR UPDATE SKIP LOCKED))
      """;

  /// What is looked for; empty texts and null mean anything.
  ///
  /// @param beforeAt with `beforeId` the last record of the page before, or a time after all
  record Wanted(
      Instant from,
      Instant to,
      Instant beforeAt,
      String beforeId,
      String subject,
      String clientId,
      String tool,
      String correlationId,
      @Nullable Boolean refused) {}

  /// A record and where it is in the order.
  record Found(Instant at, AuditRecord record) {}

  /// Adds records; those that are there already are passed over.
  void add(Tx tx, List<AuditRecorded> records) throws SQLException {
    var columns = new Columns(tx, records);
    tx.update(
        ADD,
        columns.array("text", AuditRecorded::getTenant),
        columns.array("timestamptz", record -> at(record).atOffset(ZoneOffset.UTC).toString()),
        columns.array("text", AuditRecorded::getId),
        columns.array("text", AuditRecorded::getSubject),
        columns.array("text", AuditRecorded::getName),
        columns.array("text", AuditRecorded::getClientId),
        columns.array("text", AuditRecorded::getTool),
        columns.array("bool", AuditRecorded::getRefused),
        columns.array("text", AuditRecorded::getOutcome),
        columns.array("text", record -> record.getArguments().toStringUtf8()),
        columns.array("text", record -> hex(record)),
        columns.array("text", AuditRecorded::getCorrelationId),
        columns.array("int8", AuditRecorded::getDurationMs));
  }

  private record Columns(Tx tx, List<AuditRecorded> records) {
    java.sql.Array array(String type, Function<AuditRecorded, Object> value) throws SQLException {
      return tx.array(type, records.stream().map(value).toArray());
    }
  }

  /// The newest first.
  List<Found> search(Tx tx, String tenant, Wanted wanted, int limit) throws SQLException {
    Object[] refused =
        wanted.refused() == null ? new Object[] {true, false} : new Object[] {wanted.refused()};
    return tx.list(
        SEARCH,
        AuditStore::found,
        tenant,
        wanted.from().atOffset(ZoneOffset.UTC),
        wanted.to().atOffset(ZoneOffset.UTC),
        wanted.beforeAt().atOffset(ZoneOffset.UTC),
        wanted.beforeId(),
        wanted.subject(),
        wanted.subject(),
        wanted.clientId(),
        wanted.clientId(),
        wanted.tool(),
        wanted.tool(),
        wanted.correlationId(),
        wanted.correlationId(),
        tx.array("bool", refused),
        limit);
  }

  /// Forgets records before `before`, at most 10,000. Returns how many.
  long forget(Tx tx, Instant before) {
    return tx.update(FORGET, before.atOffset(ZoneOffset.UTC), FORGET_MAX);
  }

  static Instant at(AuditRecorded record) {
    long micros = record.getAtMicros();
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L);
  }

  private static String hex(AuditRecorded record) {
    return HexFormat.of().formatHex(record.getArgumentsDigest().toByteArray());
  }

  private static Found found(DbRow row) {
    Instant at = row.column("at").get(Timestamp.class).toInstant();
    var record =
        AuditRecord.newBuilder()
            .setId(row.column("id").getString())
            .setAt(at.toString())
            .setSubject(row.column("subject").getString())
            .setName(row.column("name").getString())
            .setClientId(row.column("client_id").getString())
            .setTool(row.column("tool").getString())
            .setDecision(
                row.column("refused").getBoolean()
                    ? AuditDecision.AUDIT_DECISION_REFUSED
                    : AuditDecision.AUDIT_DECISION_ALLOWED)
            .setOutcome(row.column("outcome").getString())
            .setArgumentsDigest(row.column("digest").getString())
            .setCorrelationId(row.column("correlation_id").getString())
            .setDurationMs(row.column("duration_ms").getLong());
    String arguments = row.column("arguments").getString();
    if (!arguments.isEmpty()) {
      record.setArguments(Json.newBuilder().setUtf8(ByteString.copyFromUtf8(arguments)));
    }
    return new Found(at, record.build());
  }
}
