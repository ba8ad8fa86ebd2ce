package io.cardloom.kit.workspace;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.KnownTenants;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.workspaces.v1.WorkspaceInfo;
import io.cardloom.proto.workspaces.v1.WorkspaceState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The workspaces a service answers for. Safe for several threads.
///
/// A live one is remembered for [#REMEMBERED], so that every call costs no round trip: an archived
/// one is refused that much later by an instance that did not archive it. One that is not live is
/// asked for anew each time.
public final class Workspaces implements KnownTenants {
  public static final Duration REMEMBERED = Duration.ofSeconds(5);

  /// Live workspaces remembered by one process; the oldest leave first.
  private static final int REMEMBERED_MAX = 10_000;

  private final Db db;
  private final Also also;
  private final WorkspaceStore store = new WorkspaceStore();
  private final Map<String, Long> liveUntil =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
              return size() > REMEMBERED_MAX;
            }
          });

  /// What else belongs to a change that the operator makes, in its transaction.
  @FunctionalInterface
  public interface Also {
    /// @param what was done, as a verb and its object
    void change(Tx tx, Caller operator, String what) throws SQLException;
  }

  public Workspaces(Db db) {
    this(db, (_, _, _) -> {});
  }

  public Workspaces(Db db, Also also) {
    this.db = db;
    this.also = also;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` when it is unknown here,
  ///   `WrongState` when it is archived
  @Override
  public void require(String tenant) {
    Long until = liveUntil.get(tenant);
    if (until != null && System.nanoTime() - until < 0) return;
    var found = db.inTx(tenant, tx -> store.find(tx, tenant));
    if (found.isEmpty()) throw new Problem.NotFound("workspace", tenant).exception();
    if (found.get().getState() != WorkspaceState.LIVE) {
      throw new Problem.WrongState("workspace", tenant, "archived", "live", List.of()).exception();
    }
    liveUntil.put(tenant, System.nanoTime() + REMEMBERED.toNanos());
  }

  WorkspaceInfo provision(Caller operator, String name) {
    String tenant = operator.tenant();
    return db.inTx(
        tenant,
        tx -> {
          store.provision(tx, tenant, name);
          also.change(tx, operator, "provision_workspace");
          return store.find(tx, tenant).orElseThrow();
        });
  }

  /// Returns whether there is one.
  boolean archive(Caller operator) {
    String tenant = operator.tenant();
    boolean known =
        db.inTx(
            tenant,
            tx -> {
              boolean found = store.archive(tx, tenant);
              if (found) also.change(tx, operator, "archive_workspace");
              return found;
            });
    liveUntil.remove(tenant);
    return known;
  }

  List<WorkspaceInfo> list(String after) {
    return db.acrossTenants(tx -> store.list(tx, after));
  }
}
