package io.cardloom.kit.key;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.application.v1.RevokeApplicationKeyRequest;
import io.cardloom.proto.application.v1.RevokeApplicationKeyResponse;
import io.cardloom.proto.common.v1.WriteStatus;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// Ends a key, or an application with all its keys: for good, and from the next request on.
final class RevokeKey {
  private final Db db;
  private final KeyedApi api;
  private final ApplicationStore store;
  private final FindApplication find;
  private final IssueKey issues;

  RevokeKey(Db db, KeyedApi api, ApplicationStore store, FindApplication find, IssueKey issues) {
    this.db = db;
    this.api = api;
    this.store = store;
    this.find = find;
    this.issues = issues;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` (application or key)
  RevokeApplicationKeyResponse run(Caller caller, RevokeApplicationKeyRequest request) {
    find.mine(request.getApi());
    return db.inTx(caller.tenant(), tx -> revoke(tx, caller, request));
  }

  private RevokeApplicationKeyResponse revoke(
      Tx tx, Caller caller, RevokeApplicationKeyRequest request) throws SQLException {
    String tenant = caller.tenant();
    String id = request.getApplicationId();
    String keyId = request.getKeyId();
    Application before = find.locked(tx, tenant, id);
    Instant now = issues.now();
    boolean over =
        keyId.isEmpty()
            ? before.revokedAt().isPresent()
            : key(before, keyId).revokedAt().isPresent();
    if (over) return response(caller, before, WriteStatus.WRITE_STATUS_UNCHANGED, now);
    if (request.getDryRun()) {
      return response(caller, before, WriteStatus.WRITE_STATUS_VALIDATED, now);
    }
    store.revokeKeys(tx, tenant, id, keyId, now);
    if (keyId.isEmpty()) store.revoke(tx, tenant, id, now);
    else store.advance(tx, tenant, id);
    return response(caller, find.locked(tx, tenant, id), WriteStatus.WRITE_STATUS_APPLIED, now);
  }

  private Application.Key key(Application application, String keyId) {
    var ids = application.keys().stream().map(Application.Key::id).toList();
    return application.keys().stream()
        .filter(key -> key.id().equals(keyId))
        .findFirst()
        .orElseThrow(() ->
            new Problem.NotFound(
                    "key",
                    keyId,
                    Nearest.of(keyId, ids),
                    List.of(Told.list(api.api(), "It lists the keys of each application.")))
                .exception());
  }

  private RevokeApplicationKeyResponse response(
      Caller caller, Application application, WriteStatus status, Instant now) {
    boolean keyless =
        status == WriteStatus.WRITE_STATUS_APPLIED
            && application.revokedAt().isEmpty()
            && application.activeKeys(now).isEmpty();
    List<Next> next =
        keyless
            ? List.of(Told.rotate(api.api(), application.id(), "It makes a key to go on with."))
            : List.of();
    return RevokeApplicationKeyResponse.newBuilder()
        .setApplication(application.toPb(api.api(), now))
        .setOutcome(
            Told.outcome(
                status,
                application.version(),
                caller,
                keyless ? List.of("The application has no active key any more.") : List.of(),
                next))
        .build();
  }
}
