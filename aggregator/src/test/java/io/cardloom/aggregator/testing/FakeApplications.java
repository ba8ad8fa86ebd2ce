package io.cardloom.aggregator.testing;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.Application;
import io.cardloom.proto.application.v1.ApplicationsGrpc;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.application.v1.CreateApplicationResponse;
import io.cardloom.proto.application.v1.ListApplicationsRequest;
import io.cardloom.proto.application.v1.ListApplicationsResponse;
import io.cardloom.proto.application.v1.RevokeApplicationKeyRequest;
import io.cardloom.proto.application.v1.RevokeApplicationKeyResponse;
import io.cardloom.proto.application.v1.RotateApplicationKeyRequest;
import io.cardloom.proto.application.v1.RotateApplicationKeyResponse;
import io.grpc.stub.StreamObserver;

/// Applications of both APIs: each answer names the API it was asked for.
final class FakeApplications extends ApplicationsGrpc.ApplicationsImplBase {
  private static Application of(Api api, String id) {
    return Application.newBuilder()
        .setApi(api)
        .setId(id)
        .setCreatedBy(Caller.current().subject())
        .build();
  }

  @Override
  public void listApplications(
      ListApplicationsRequest request, StreamObserver<ListApplicationsResponse> out) {
    var id = request.getApi().name().toLowerCase(java.util.Locale.ROOT);
    Rpc.reply(
        out,
        ListApplicationsResponse.newBuilder().addApplications(of(request.getApi(), id)).build());
  }

  @Override
  public void createApplication(
      CreateApplicationRequest request, StreamObserver<CreateApplicationResponse> out) {
    Rpc.reply(
        out,
        CreateApplicationResponse.newBuilder()
            .setApplication(of(request.getApi(), request.getId()))
            .setKey("cl_the_key")
            .build());
  }

  @Override
  public void rotateApplicationKey(
      RotateApplicationKeyRequest request, StreamObserver<RotateApplicationKeyResponse> out) {
    Rpc.reply(
        out,
        RotateApplicationKeyResponse.newBuilder()
            .setApplication(of(request.getApi(), request.getApplicationId()))
            .setKey("cl_the_next")
            .build());
  }

  @Override
  public void revokeApplicationKey(
      RevokeApplicationKeyRequest request, StreamObserver<RevokeApplicationKeyResponse> out) {
    Rpc.reply(
        out,
        RevokeApplicationKeyResponse.newBuilder()
            .setApplication(of(request.getApi(), request.getApplicationId()))
            .build());
  }
}
