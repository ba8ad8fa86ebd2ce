package io.cardloom.kit.workspace;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.proto.workspaces.v1.ArchiveWorkspaceRequest;
import io.cardloom.proto.workspaces.v1.ArchiveWorkspaceResponse;
import io.cardloom.proto.workspaces.v1.ListWorkspacesRequest;
import io.cardloom.proto.workspaces.v1.ListWorkspacesResponse;
import io.cardloom.proto.workspaces.v1.ProvisionWorkspaceRequest;
import io.cardloom.proto.workspaces.v1.ProvisionWorkspaceResponse;
import io.cardloom.proto.workspaces.v1.WorkspacesGrpc;
import io.grpc.stub.StreamObserver;

/// What the command line tells every service.
public final class WorkspacesRpc extends WorkspacesGrpc.WorkspacesImplBase {
  private final Workspaces workspaces;

  public WorkspacesRpc(Workspaces workspaces) {
    this.workspaces = workspaces;
  }

  @Override
  public void provisionWorkspace(
      ProvisionWorkspaceRequest request, StreamObserver<ProvisionWorkspaceResponse> answer) {
    Rpc.reply(
        answer,
        ProvisionWorkspaceResponse.newBuilder()
            .setWorkspace(workspaces.provision(Caller.current(), request.getName()))
            .build());
  }

  @Override
  public void archiveWorkspace(
      ArchiveWorkspaceRequest request, StreamObserver<ArchiveWorkspaceResponse> answer) {
    Rpc.reply(
        answer,
        ArchiveWorkspaceResponse.newBuilder()
            .setKnown(workspaces.archive(Caller.current()))
            .build());
  }

  @Override
  public void listWorkspaces(
      ListWorkspacesRequest request, StreamObserver<ListWorkspacesResponse> answer) {
    Rpc.reply(
        answer,
        ListWorkspacesResponse.newBuilder()
            .addAllWorkspaces(workspaces.list(request.getAfter()))
            .build());
  }
}
