package io.cardloom.kit.key;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.ListApplicationsRequest;
import io.cardloom.proto.application.v1.ListApplicationsResponse;
import java.time.Clock;
import java.time.Instant;

/// Lists the applications of a workspace, in order of ids.
final class ListApplications {
  /// As many as there can be.
  private static final int LISTED_MAX =
      CreateApplication.APPLICATIONS_MAX + CreateApplication.REVOKED_MAX;

  private final Db db;
  private final KeyedApi api;
  private final ApplicationStore store;
  private final FindApplication find;
  private final Clock clock;

  ListApplications(Db db, KeyedApi api, ApplicationStore store, FindApplication find, Clock clock) {
    this.db = db;
    this.api = api;
    this.store = store;
    this.find = find;
    this.clock = clock;
  }

  ListApplicationsResponse run(Caller caller, ListApplicationsRequest request) {
    if (request.getApi() != Api.API_UNSPECIFIED) find.mine(request.getApi());
    Instant now = clock.instant();
    var found =
        db.inTx(
            caller.tenant(),
            tx ->
                store.list(
                    tx,
                    caller.tenant(),
                    request.getQuery(),
                    request.getIncludeRevoked(),
                    LISTED_MAX));
    return ListApplicationsResponse.newBuilder()
        .addAllApplications(found.stream().map(one -> one.toPb(api.api(), now)).toList())
        .build();
  }
}
