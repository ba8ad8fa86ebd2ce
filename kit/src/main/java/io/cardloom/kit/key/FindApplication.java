package io.cardloom.kit.key;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.application.v1.Api;
import java.sql.SQLException;
import java.util.List;

/// Finds the application that a change is about.
final class FindApplication {
  /// Names looked at for the nearest one.
  private static final int NAMES_MAX = 1_000;

  private final KeyedApi api;
  private final ApplicationStore store;

  FindApplication(KeyedApi api, ApplicationStore store) {
    this.api = api;
    this.store = store;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `Invalid` where another service keeps the
  ///   applications of this API
  void mine(Api asked) {
    if (asked == api.api()) return;
    throw new Problem.Invalid(
            List.of(
                new Violation(
                    "api",
                    "wrong_service",
                    api.service() + " keeps the applications of " + Told.word(api.api()) + ".",
                    asked.name(),
                    List.of(Told.word(api.api())),
                    "")))
        .exception();
  }

  /// The application, which nobody else changes until the transaction ends.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` with the nearest id
  Application locked(Tx tx, String tenant, String id) throws SQLException {
    return store
        .lock(tx, tenant, id)
        .orElseThrow(() ->
            new Problem.NotFound(
                    "application",
                    id,
                    Nearest.of(id, store.ids(tx, tenant, NAMES_MAX)),
                    List.of(Told.list(api.api(), "It lists the applications there are.")))
                .exception());
  }
}
