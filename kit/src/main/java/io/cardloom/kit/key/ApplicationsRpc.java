package io.cardloom.kit.key;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
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

/// The gRPC edge of applications.
final class ApplicationsRpc extends ApplicationsGrpc.ApplicationsImplBase {
  private final ListApplications list;
  private final CreateApplication create;
  private final RotateKey rotate;
  private final RevokeKey revoke;

  ApplicationsRpc(
      ListApplications list, CreateApplication create, RotateKey rotate, RevokeKey revoke) {
    this.list = list;
    this.create = create;
    this.rotate = rotate;
    this.revoke = revoke;
  }

  @Override
  public void listApplications(
      ListApplicationsRequest request, StreamObserver<ListApplicationsResponse> out) {
    Rpc.reply(out, list.run(Caller.current(), request));
  }

  @Override
  public void createApplication(
      CreateApplicationRequest request, StreamObserver<CreateApplicationResponse> out) {
    Rpc.reply(out, create.run(Caller.current(), request));
  }

  @Override
  public void rotateApplicationKey(
      RotateApplicationKeyRequest request, StreamObserver<RotateApplicationKeyResponse> out) {
    Rpc.reply(out, rotate.run(Caller.current(), request));
  }

  @Override
  public void revokeApplicationKey(
      RevokeApplicationKeyRequest request, StreamObserver<RevokeApplicationKeyResponse> out) {
    Rpc.reply(out, revoke.run(Caller.current(), request));
  }
}
