package io.cardloom.kit.key;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Idempotency;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.key.IssueKey.Issued;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.application.v1.CreateApplicationResponse;
import io.cardloom.proto.common.v1.WriteStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// Creates an application and its first key. The key's text is in the answer of the one call that
/// made it.
final class CreateApplication {
  /// Applications of one workspace that were not revoked.
  static final int APPLICATIONS_MAX = 200;

  private static final int KEY_DAYS = 90;

  /// How long a revoked application is listed, and how many; its id is taken meanwhile.
  private static final Duration REVOKED_KEPT = Duration.ofDays(90);

  static final int REVOKED_MAX = 200;

  private final Db db;
  private final KeyedApi api;
  private final ApplicationStore store;
  private final FindApplication find;
  private final IssueKey issues;

  CreateApplication(
      Db db, KeyedApi api, ApplicationStore store, FindApplication find, IssueKey issues) {
    this.db = db;
    this.api = api;
    this.store = store;
    this.find = find;
    this.issues = issues;
  }

  /// @throws ProblemException `Invalid` with every violation; `AlreadyExists`; `WrongState` where
  ///   there are too many
  CreateApplicationResponse run(Caller caller, CreateApplicationRequest request) {
    find.mine(request.getApi());
    if (request.getDryRun()) {
      return db.inTx(
          caller.tenant(),
          tx -> {
            var application = checked(tx, caller, request);
            if (store.lock(tx, caller.tenant(), application.id()).isPresent()) {
              throw taken(application);
            }
            return response(caller, application, WriteStatus.WRITE_STATUS_VALIDATED);
          });
    }
    var issued = new AtomicReference<Issued>();
    var answer =
        Idempotency.run(
            db,
            caller,
            "create_application",
            request.getIdempotencyKey(),
            request,
            CreateApplicationResponse.parser(),
            tx -> create(tx, caller, request, issued));
    Issued mine = issued.get();
    if (Told.first(answer.getApplication(), mine)) {
      return answer.toBuilder().setKey(mine.text().text()).build();
    }
    return answer.toBuilder()
        .setOutcome(Told.again(answer.getOutcome(), api.api(), request.getId()))
        .build();
  }

  private CreateApplicationResponse create(
      Tx tx, Caller caller, CreateApplicationRequest request, AtomicReference<Issued> issued)
      throws SQLException {
    store.forget(tx, caller.tenant(), issues.now().minus(REVOKED_KEPT), REVOKED_MAX);
    Application application = checked(tx, caller, request);
    Issued key = issues.issue(caller, application.keyDays(), application.createdAt());
    issued.set(key);
    if (!store.insert(tx, application)) throw taken(application);
    store.insertKey(tx, caller.tenant(), application.id(), key.key(), key.seal());
    return response(caller, application.with(List.of(key.key())), WriteStatus.WRITE_STATUS_APPLIED);
  }

  private Application checked(Tx tx, Caller caller, CreateApplicationRequest request) {
    var violations = new ArrayList<Violation>();
    var given = request.getResourceIdsList();
    if (given.contains(Grant.ALL)) {
      if (given.size() > 1) {
        violations.add(
            Violation.of(
                "resourceIds",
                "all_or_listed",
                "Give " + Grant.ALL + " alone, or every " + api.resource() + " by its id."));
      }
    } else {
      listed(tx, caller.tenant(), given, violations);
    }
    ProblemException.throwIfAny(violations);
    if (store.count(tx, caller.tenant()) >= APPLICATIONS_MAX) {
      throw new Problem.WrongState(
              "workspace",
              caller.tenant(),
              "at its " + APPLICATIONS_MAX + " applications of this API",
              "below that: revoke one that is not used",
              List.of(Told.list(api.api(), "It tells when each was used last.")))
          .exception();
    }
    Instant now = issues.now();
    return new Application(
        caller.tenant(),
        request.getId(),
        request.getName().isEmpty() ? request.getId() : request.getName(),
        request.getDescription(),
        given,
        request.getKeyDays() == 0 ? KEY_DAYS : request.getKeyDays(),
        caller.subject(),
        now,
        Optional.empty(),
        1,
        List.of());
  }

  private void listed(Tx tx, String tenant, List<String> given, List<Violation> violations) {
    var known = new HashSet<>(api.resources().ids(tx, tenant));
    var seen = new HashSet<String>();
    for (int i = 0; i < given.size(); i++) {
      String id = given.get(i);
      String path = "resourceIds[" + i + "]";
      if (!known.contains(id) && !api.resources().has(tx, tenant, id)) {
        String near = Nearest.of(id, known);
        String guess = near.isEmpty() ? "" : " Did you mean " + near + "?";
        violations.add(
            new Violation(
                path,
                "not_found",
                "There is no "
                    + api.resource()
                    + " "
                    + Violation.of("", "", "", id).got()
                    + "."
                    + guess,
                id,
                List.of(),
                near));
      } else if (!seen.add(id)) {
        violations.add(Violation.of(path, "duplicate", "It is given twice.", id));
      }
    }
  }

  private CreateApplicationResponse response(
      Caller caller, Application application, WriteStatus status) {
    boolean stored = status == WriteStatus.WRITE_STATUS_APPLIED;
    return CreateApplicationResponse.newBuilder()
        .setApplication(application.toPb(api.api(), application.createdAt()))
        .setUsage(api.usage())
        .setOutcome(
            Told.outcome(status, stored ? application.version() : 0, caller, List.of(), List.of()))
        .build();
  }

  private static RuntimeException taken(Application application) {
    return new Problem.AlreadyExists("application", application.id()).exception();
  }
}
