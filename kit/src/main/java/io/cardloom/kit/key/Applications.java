package io.cardloom.kit.key;

import io.cardloom.kit.call.KnownTenants;
import io.cardloom.kit.db.Db;
import io.grpc.BindableService;
import java.time.Clock;

/// The applications of one API, wired: what manages them, what checks their keys, and the loop that
/// keeps when each key was used.
///
/// The service opens its database with `db/key` among the migrations.
public record Applications(BindableService rpc, CheckKey check, KeyUses uses) {

  public static Applications of(
      Db db, KnownTenants tenants, KeyedApi api, Pepper pepper, Clock clock) {
    var store = new ApplicationStore();
    var find = new FindApplication(api, store);
    var issues = new IssueKey(api.kind(), pepper, clock);
    var uses = new KeyUses(db, store);
    return new Applications(
        new ApplicationsRpc(
            new ListApplications(db, api, store, find, clock),
            new CreateApplication(db, api, store, find, issues),
            new RotateKey(db, api, store, find, issues),
            new RevokeKey(db, api, store, find, issues)),
        new CheckKey(db, tenants, api.kind(), pepper, store, uses, clock),
        uses);
  }
}
