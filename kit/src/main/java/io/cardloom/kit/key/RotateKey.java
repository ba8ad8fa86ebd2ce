package io.cardloom.kit.key;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.key.IssueKey.Issued;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.application.v1.RotateApplicationKeyRequest;
import io.cardloom.proto.application.v1.RotateApplicationKeyResponse;
import io.cardloom.proto.common.v1.WriteStatus;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Gives an application its next key beside the one in use. Of those that ended only the last few
/// stay.
final class RotateKey {
  private final Db db;
  private final KeyedApi api;
  private final ApplicationStore store;
  private final FindApplication find;
  private final IssueKey issues;

  RotateKey(Db db, KeyedApi api, ApplicationStore store, FindApplication find, IssueKey issues) {
    this.db = db;
    this.api = api;
    this.store = store;
    this.find = find;
    this.issues = issues;
  }

  /// @throws ProblemException `NotFound`; `WrongState` with two active keys, or revoked
  RotateApplicationKeyResponse run(Caller caller, RotateApplicationKeyRequest request) {
    find.mine(request.getApi());
    String id = request.getApplicationId();
    if (request.getDryRun()) {
      return db.inTx(
          caller.tenant(),
          tx -> {
            Application application = rotatable(tx, caller, id, issues.now());
            return response(caller, application, WriteStatus.WRITE_STATUS_VALIDATED);
          });
    }
    var issued = new AtomicReference<Issued>();
    var answer =
        Idempotency.run(
            db,
            caller,
            "rotate_application_key",
            request.getIdempotencyKey(),
            request,
            RotateApplicationKeyResponse.parser(),
            tx -> rotate(tx, caller, id, issued));
    Issued mine = issued.get();
    if (Told.first(answer.getApplication(), mine)) {
      return answer.toBuilder().setKey(mine.text().text()).build();
    }
    return answer.toBuilder().setOutcome(Told.again(answer.getOutcome(), api.api(), id)).build();
  }

  private RotateApplicationKeyResponse rotate(
      Tx tx, Caller caller, String id, AtomicReference<Issued> issued) throws SQLException {
    Instant now = issues.now();
    Application before = rotatable(tx, caller, id, now);
    Issued key = issues.issue(caller, before.keyDays(), now);
    issued.set(key);
    store.insertKey(tx, caller.tenant(), id, key.key(), key.seal());
    store.advance(tx, caller.tenant(), id);
    var ended = before.keys().stream().filter(one -> !one.active(now)).toList();
    var gone = ended.stream().skip(Application.ENDED_KEYS_MAX).toList();
    store.forgetKeys(tx, caller.tenant(), gone.stream().map(Application.Key::id).toList());
    var keys = new ArrayList<>(List.of(key.key()));
    keys.addAll(before.keys());
    keys.removeAll(gone);
    return response(caller, before.with(keys).next(), WriteStatus.WRITE_STATUS_APPLIED);
  }

  private Application rotatable(Tx tx, Caller caller, String id, Instant now) throws SQLException {
    Application application = find.locked(tx, caller.tenant(), id);
    if (application.revokedAt().isPresent()) {
      throw new Problem.WrongState(
              "application",
              id,
              "revoked for good",
              "active: create another",
              List.of(Told.list(api.api(), "It lists those that are active.")))
          .exception();
    }
    var active = application.activeKeys(now);
    if (active.size() < Application.ACTIVE_KEYS_MAX) return application;
    throw new Problem.WrongState(
            "application",
            id,
            "at two active keys",
            "at one: revoke the key that its program does not use any more",
            active.reversed().stream()
                .map(key -> Told.revoke(api.api(), id, key.id(), used(key)))
                .toList())
        .exception();
  }

  private static String used(Application.Key key) {
    return key.lastUsedAt()
        .map(at -> "It ends the key that was last used at " + at + ".")
        .orElse("It ends the key of " + key.createdAt() + ", which was not used yet.");
  }

  private RotateApplicationKeyResponse response(
      Caller caller, Application application, WriteStatus status) {
    var response =
        RotateApplicationKeyResponse.newBuilder()
            .setApplication(application.toPb(api.api(), issues.now()))
            .setUsage(api.usage());
    var old =
        status == WriteStatus.WRITE_STATUS_APPLIED
            ? application.activeKeys(issues.now()).stream().skip(1).toList()
            : List.<Application.Key>of();
    var next =
        old.stream()
            .map(key ->
                Told.revoke(
                    api.api(),
                    application.id(),
                    key.id(),
                    "Once the program uses the new key, it ends the old one."))
            .toList();
    return response
        .setOutcome(Told.outcome(status, application.version(), caller, List.of(), next))
        .build();
  }
}
