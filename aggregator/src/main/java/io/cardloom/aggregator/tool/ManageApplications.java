package io.cardloom.aggregator.tool;

import io.cardloom.aggregator.call.Deadlines;
import io.cardloom.aggregator.call.Peers;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.ApplicationsGrpc;
import io.cardloom.proto.application.v1.ApplicationsGrpc.ApplicationsBlockingStub;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.application.v1.CreateApplicationResponse;
import io.cardloom.proto.application.v1.ListApplicationsRequest;
import io.cardloom.proto.application.v1.ListApplicationsResponse;
import io.cardloom.proto.application.v1.RevokeApplicationKeyRequest;
import io.cardloom.proto.application.v1.RevokeApplicationKeyResponse;
import io.cardloom.proto.application.v1.RotateApplicationKeyRequest;
import io.cardloom.proto.application.v1.RotateApplicationKeyResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/// The tools of applications: each API's service keeps its own, and a list asks both.
public final class ManageApplications {
  private final Peers peers;
  private final Deadlines deadlines;

  public ManageApplications(Peers peers, Deadlines deadlines) {
    this.peers = peers;
    this.deadlines = deadlines;
  }

  /// Of one API, or of both: then a service out of reach is named, not fatal.
  public ListApplicationsResponse list(Caller caller, ListApplicationsRequest request) {
    if (request.getApi() != Api.API_UNSPECIFIED) {
      return asked(caller, request.getApi(), deadlines.read(), on -> on.listApplications(request));
    }
    var parts =
        Part.atOnce(
            List.of(
                part(caller, Api.API_INGEST, request), part(caller, Api.API_DESTINATION, request)));
    var answer = ListApplicationsResponse.newBuilder();
    for (var part : parts) {
      part.value()
          .ifPresentOrElse(
              known -> answer.addAllApplications(known.getApplicationsList()),
              () -> answer.addUnavailable(part.service()));
    }
    return answer.build();
  }

  private Callable<Part<ListApplicationsResponse>> part(
      Caller caller, Api api, ListApplicationsRequest request) {
    var mine = request.toBuilder().setApi(api).build();
    return () ->
        Part.of(
            keeper(api).name(),
            () -> asked(caller, api, deadlines.part(), on -> on.listApplications(mine)));
  }

  public CreateApplicationResponse create(Caller caller, CreateApplicationRequest request) {
    return asked(caller, request.getApi(), deadlines.write(), on -> on.createApplication(request));
  }

  public RotateApplicationKeyResponse rotate(Caller caller, RotateApplicationKeyRequest request) {
    return asked(
        caller, request.getApi(), deadlines.write(), on -> on.rotateApplicationKey(request));
  }

  public RevokeApplicationKeyResponse revoke(Caller caller, RevokeApplicationKeyRequest request) {
    return asked(
        caller, request.getApi(), deadlines.write(), on -> on.revokeApplicationKey(request));
  }

  private <T> T asked(
      Caller caller, Api api, Duration deadline, Function<ApplicationsBlockingStub, T> rpc) {
    Peer keeper = keeper(api);
    return keeper.call(
        () -> rpc.apply(ApplicationsGrpc.newBlockingStub(keeper.as(caller, deadline))));
  }

  /// The service that keeps the applications of an API; the contract lets no other value through.
  private Peer keeper(Api api) {
    return switch (api) {
      case API_INGEST -> peers.ingest();
      case API_DESTINATION -> peers.publishing();
      case API_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("no service keeps the applications of " + api);
    };
  }
}
