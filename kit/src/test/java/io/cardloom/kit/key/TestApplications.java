package io.cardloom.kit.key;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.run.Settings;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.Application;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.application.v1.CreateApplicationResponse;
import io.cardloom.proto.application.v1.ListApplicationsRequest;
import io.cardloom.proto.application.v1.RevokeApplicationKeyRequest;
import io.cardloom.proto.application.v1.RevokeApplicationKeyResponse;
import io.cardloom.proto.application.v1.RotateApplicationKeyRequest;
import io.cardloom.proto.application.v1.RotateApplicationKeyResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// One instance of a service with applications, as one caller uses it, at a time that the test
/// sets.
final class TestApplications {
  final Applications applications;
  final TestClock clock;
  private final Db db;
  private final Caller caller;
  private final CreateApplication create;
  private final RotateKey rotate;
  private final RevokeKey revoke;
  private final ListApplications list;

  /// More sources than are looked through for the nearest name.
  private record Sources() implements KeyedApi.Resources {
    @Override
    public boolean has(Tx tx, String tenant, String id) {
      return id.equals("far");
    }

    @Override
    public Collection<String> ids(Tx tx, String tenant) {
      return List.of("prices", "products");
    }
  }

  /// A clock that stands until it is moved.
  static final class TestClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void forward(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  TestApplications(Db db) {
    this(db, new TestClock(), TestKeys.everything("acme"));
  }

  private TestApplications(Db db, TestClock clock, Caller caller) {
    this.db = db;
    this.clock = clock;
    this.caller = caller;
    var api =
        new KeyedApi(Api.API_INGEST, "ing", "svc-test", "data source", new Sources(), "Send it.");
    var pepper =
        Pepper.from(Settings.of(Map.of("keys", TestKeys.folder().toString())), "svc-ingest");
    applications = Applications.of(db, _ -> {}, api, pepper, clock);
    var store = new ApplicationStore();
    var find = new FindApplication(api, store);
    var issues = new IssueKey(api.kind(), pepper, clock);
    create = new CreateApplication(db, api, store, find, issues);
    rotate = new RotateKey(db, api, store, find, issues);
    revoke = new RevokeKey(db, api, store, find, issues);
    list = new ListApplications(db, api, store, find, clock);
  }

  /// The same for an admin of another workspace.
  TestApplications of(String tenant) {
    return new TestApplications(db, clock, TestKeys.everything(tenant));
  }

  Shown check(String... authorization) {
    return applications.check().check(List.of(authorization));
  }

  static CreateApplicationRequest.Builder creating(String id, String... resources) {
    return CreateApplicationRequest.newBuilder()
        .setApi(Api.API_INGEST)
        .setId(id)
        .addAllResourceIds(List.of(resources));
  }

  CreateApplicationResponse create(CreateApplicationRequest request) {
    return create.run(caller, request);
  }

  CreateApplicationResponse create(String id, String... resources) {
    return create(creating(id, resources).build());
  }

  RotateApplicationKeyResponse rotate(RotateApplicationKeyRequest request) {
    return rotate.run(caller, request);
  }

  RotateApplicationKeyResponse rotate(String id) {
    return rotate(
        RotateApplicationKeyRequest.newBuilder()
            .setApi(Api.API_INGEST)
            .setApplicationId(id)
            .build());
  }

  RevokeApplicationKeyResponse revoke(String id, String keyId) {
    return revoke.run(caller, revoking(id).setKeyId(keyId).build());
  }

  RevokeApplicationKeyResponse revokeDry(String id) {
    return revoke.run(caller, revoking(id).setDryRun(true).build());
  }

  private static RevokeApplicationKeyRequest.Builder revoking(String id) {
    return RevokeApplicationKeyRequest.newBuilder().setApi(Api.API_INGEST).setApplicationId(id);
  }

  List<Application> list(String query) {
    return list.run(caller, ListApplicationsRequest.newBuilder().setQuery(query).build())
        .getApplicationsList();
  }

  List<Application> listAll() {
    return list.run(caller, ListApplicationsRequest.newBuilder().setIncludeRevoked(true).build())
        .getApplicationsList();
  }
}
