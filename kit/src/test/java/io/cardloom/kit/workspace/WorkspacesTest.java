package io.cardloom.kit.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.GrpcServer;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.Permission;
import io.cardloom.proto.workspaces.v1.ArchiveWorkspaceRequest;
import io.cardloom.proto.workspaces.v1.ListWorkspacesRequest;
import io.cardloom.proto.workspaces.v1.ProvisionWorkspaceRequest;
import io.cardloom.proto.workspaces.v1.WorkspaceInfo;
import io.cardloom.proto.workspaces.v1.WorkspaceState;
import io.cardloom.proto.workspaces.v1.WorkspacesGrpc;
import io.cardloom.proto.workspaces.v1.WorkspacesGrpc.WorkspacesBlockingStub;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@FreshSchema
final class WorkspacesTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  @Test
  void oneIsRefusedUntilItIsMadeAndAfterItIsArchived(Db db) {
    var workspaces = new Workspaces(db);
    served(
        workspaces,
        peer -> {
          assertThatThrownBy(() -> workspaces.require("shop"))
              .hasMessageContaining("There is no workspace shop");
          provision(peer, "shop", "The shop");
          workspaces.require("shop");
          assertThat(operator(peer, "shop").archiveWorkspace(archive()).getKnown()).isTrue();
          assertThatThrownBy(() -> workspaces.require("shop")).hasMessageContaining("is archived");
          provision(peer, "shop", "The shop again");
          workspaces.require("shop");
          assertThat(operator(peer, "none").archiveWorkspace(archive()).getKnown()).isFalse();
        });
  }

  @Test
  void allAreListedBySafename(Db db) {
    served(
        new Workspaces(db),
        peer -> {
          provision(peer, "b-shop", "B");
          provision(peer, "a-shop", "A");
          assertThat(operator(peer, "b-shop").archiveWorkspace(archive()).getKnown()).isTrue();
          assertThat(list(peer, ""))
              .extracting(
                  WorkspaceInfo::getSafename, WorkspaceInfo::getName, WorkspaceInfo::getState)
              .containsExactly(
                  org.assertj.core.groups.Tuple.tuple("a-shop", "A", WorkspaceState.LIVE),
                  org.assertj.core.groups.Tuple.tuple("b-shop", "B", WorkspaceState.ARCHIVED));
          assertThat(list(peer, "a-shop"))
              .extracting(WorkspaceInfo::getSafename)
              .containsExactly("b-shop");
        });
  }

  @Test
  void anInstanceThatDidNotArchiveItRefusesItAfterAWhile(Db db) {
    var one = new Workspaces(db);
    var other = new Workspaces(db);
    one.provision(Caller.operator("shop"), "The shop");
    other.require("shop");
    assertThat(one.archive(Caller.operator("shop"))).isTrue();
    org.awaitility.Awaitility.await()
        .atMost(Workspaces.REMEMBERED.plusSeconds(20))
        .untilAsserted(() ->
            assertThatThrownBy(() -> other.require("shop")).hasMessageContaining("is archived"));
  }

  @Test
  void onlyTheOperatorMakesThem(Db db) {
    served(
        new Workspaces(db),
        peer -> {
          var service =
              WorkspacesGrpc.newBlockingStub(peer.as(Caller.service("shop", "verify"), WAIT));
          assertThatThrownBy(
                  () -> service.listWorkspaces(ListWorkspacesRequest.getDefaultInstance()))
              .hasMessageContaining("OPERATOR");
        });
    try (var server = Served.of(new Workspaces(db));
        var forger =
            Peer.open("kit", "127.0.0.1:" + server.port(), TestKeys.signer("aggregator"))) {
      var caller = new Caller("shop", "x", Set.of(Permission.OPERATOR), "c");
      var stub = WorkspacesGrpc.newBlockingStub(forger.as(caller, WAIT));
      assertThatThrownBy(() -> stub.listWorkspaces(ListWorkspacesRequest.getDefaultInstance()))
          .hasMessageContaining("its signer cannot give");
    }
  }

  private static void served(Workspaces workspaces, Consumer<Peer> work) {
    try (var server = Served.of(workspaces);
        var peer = Peer.open("kit", "127.0.0.1:" + server.port(), TestKeys.signer("local"))) {
      work.accept(peer);
    }
  }

  private record Served(GrpcServer server) implements AutoCloseable {
    static Served of(Workspaces workspaces) {
      return new Served(
          GrpcServer.start(
              "127.0.0.1",
              0,
              TestKeys.verifier(),
              workspaces,
              List.of(new WorkspacesRpc(workspaces))));
    }

    int port() {
      return server.port();
    }

    @Override
    public void close() {
      server.drain(Duration.ZERO);
    }
  }

  private static void provision(Peer peer, String tenant, String name) {
    var made =
        operator(peer, tenant)
            .provisionWorkspace(ProvisionWorkspaceRequest.newBuilder().setName(name).build());
    assertThat(made.getWorkspace().getName()).isEqualTo(name);
    assertThat(made.getWorkspace().getState()).isEqualTo(WorkspaceState.LIVE);
  }

  private static List<WorkspaceInfo> list(Peer peer, String after) {
    return operator(peer, "any")
        .listWorkspaces(ListWorkspacesRequest.newBuilder().setAfter(after).build())
        .getWorkspacesList();
  }

  private static ArchiveWorkspaceRequest archive() {
    return ArchiveWorkspaceRequest.getDefaultInstance();
  }

  private static WorkspacesBlockingStub operator(Peer peer, String tenant) {
    return WorkspacesGrpc.newBlockingStub(peer.as(Caller.operator(tenant), WAIT));
  }
}
