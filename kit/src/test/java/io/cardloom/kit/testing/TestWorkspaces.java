package io.cardloom.kit.testing;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.run.Service;
import io.cardloom.proto.workspaces.v1.ArchiveWorkspaceRequest;
import io.cardloom.proto.workspaces.v1.ProvisionWorkspaceRequest;
import io.cardloom.proto.workspaces.v1.WorkspacesGrpc;
import java.time.Duration;

/// Workspaces of services under test.
public final class TestWorkspaces {
  private static final Duration WAIT = Duration.ofSeconds(60);

  private TestWorkspaces() {}

  /// Makes workspaces known to a running service, as the command line does.
  public static void provision(Service service, String... tenants) {
    try (var peer = operator(service)) {
      for (String tenant : tenants) {
        var _ =
            WorkspacesGrpc.newBlockingStub(peer.as(Caller.operator(tenant), WAIT))
                .provisionWorkspace(ProvisionWorkspaceRequest.newBuilder().setName(tenant).build());
      }
    }
  }

  /// Archives a workspace in a running service, as the command line does.
  public static void archive(Service service, String tenant) {
    try (var peer = operator(service)) {
      var _ =
          WorkspacesGrpc.newBlockingStub(peer.as(Caller.operator(tenant), WAIT))
              .archiveWorkspace(ArchiveWorkspaceRequest.getDefaultInstance());
    }
  }

  private static Peer operator(Service service) {
    return Peer.open("service", "127.0.0.1:" + service.grpcPort(), TestKeys.signer("local"));
  }
}
