package io.cardloom.metrics.audit;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.page.Cursor;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.metrics.time.Times;
import io.cardloom.proto.metrics.v1.AuditDecision;
import io.cardloom.proto.metrics.v1.SearchAuditLogRequest;
import io.cardloom.proto.metrics.v1.SearchAuditLogResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Answers `search_audit_log`.
public final class SearchAuditLog {
  private static final int LIMIT_DEFAULT = 50;

  /// Bounds that PostgreSQL takes; no record is outside.
  private static final Instant FIRST = Instant.EPOCH;

  private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

  private final Db db;
  private final AuditStore records;

  public SearchAuditLog(Db db, AuditStore records) {
    this.db = db;
    this.records = records;
  }

  /// @throws ProblemException `Invalid`: times, a cursor of another search
  public SearchAuditLogResponse run(Caller caller, SearchAuditLogRequest request) {
    int limit = request.getPage().getLimit() == 0 ? LIMIT_DEFAULT : request.getPage().getLimit();
    int hash = Arrays.hashCode(request.toBuilder().clearPage().build().toByteArray());
    var wanted = wanted(request, hash);
    var found =
        db.inTx(caller.tenant(), tx -> records.search(tx, caller.tenant(), wanted, limit + 1));
    var page = found.subList(0, Math.min(limit, found.size()));
    var response = SearchAuditLogResponse.newBuilder();
    page.forEach(one -> response.addRecords(one.record()));
    if (found.size() > limit) {
      var last = page.getLast();
      response.setAfter(
          new Cursor(hash, List.of(last.at().toString(), last.record().getId())).encode());
    }
    return response.build();
  }

  private static AuditStore.Wanted wanted(SearchAuditLogRequest request, int hash) {
    var violations = new ArrayList<Violation>();
    Instant from =
        request.getFrom().isEmpty()
            ? FIRST
            : Times.read("from", request.getFrom(), violations).orElse(FIRST);
    Instant to =
        request.getTo().isEmpty()
            ? LAST
            : Times.read("to", request.getTo(), violations).orElse(LAST);
    Instant beforeAt = LAST;
    String beforeId = "";
    if (!request.getPage().getAfter().isEmpty()) {
      var values = Cursor.decode("page.after", request.getPage().getAfter(), hash).values();
      if (values.size() == 2) {
        beforeAt =
            Times.read("page.after", String.valueOf(values.getFirst()), violations).orElse(LAST);
        beforeId = String.valueOf(values.getLast());
      }
    }
    ProblemException.throwIfAny(violations);
    return new AuditStore.Wanted(
        from,
        to,
        beforeAt,
        beforeId,
        request.getSubject(),
        request.getClientId(),
        request.getTool(),
        request.getCorrelationId(),
        request.getDecision() == AuditDecision.AUDIT_DECISION_UNSPECIFIED
            ? null
            : request.getDecision() == AuditDecision.AUDIT_DECISION_REFUSED);
  }
}
