package io.cardloom.local.workspace;

import io.cardloom.idp.realm.Workspaces;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Peer;
import io.cardloom.proto.workspaces.v1.ArchiveWorkspaceRequest;
import io.cardloom.proto.workspaces.v1.ListWorkspacesRequest;
import io.cardloom.proto.workspaces.v1.ProvisionWorkspaceRequest;
import io.cardloom.proto.workspaces.v1.WorkspaceInfo;
import io.cardloom.proto.workspaces.v1.WorkspaceState;
import io.cardloom.proto.workspaces.v1.WorkspacesGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The workspaces (tenants) that every service of an installation answers for. What one service
/// refuses, or is not told because it does not answer, can be repeated: each step is idempotent.
public final class Tenants implements AutoCloseable {
  private static final Duration CALL_WAIT = Duration.ofSeconds(30);

  private final List<Peer> services;

  /// @param targets gRPC target of each service, by its name
  public Tenants(Map<String, String> targets, InternalTokens.Signer signer) {
    this.services =
        new TreeMap<>(targets)
            .entrySet().stream()
                .map(entry -> Peer.open(entry.getKey(), entry.getValue(), signer))
                .toList();
  }

  /// One workspace over all services.
  ///
  /// @param missing services that do not know it
  public record Tenant(String safename, String name, boolean archived, List<String> missing) {}

  /// Makes it known to every service, or takes it back from the archive.
  public void provision(String safename, String name) {
    var request = ProvisionWorkspaceRequest.newBuilder().setName(name).build();
    for (var service : services) {
      var _ = service.call(() -> stub(service, safename).provisionWorkspace(request));
    }
  }

  /// Makes those of the provider known, the archived ones left out, to services that do not know
  /// them: the examples, and all where the services begin with no data.
  public void makeKnown(List<Workspaces.Workspace> atProvider) {
    var known =
        list().stream()
            .filter(tenant -> tenant.missing().isEmpty())
            .map(Tenant::safename)
            .collect(Collectors.toSet());
    for (var workspace : atProvider) {
      if (!workspace.archived() && !known.contains(workspace.safename())) {
        provision(workspace.safename(), workspace.name());
      }
    }
  }

  /// Has every service refuse its callers. Returns whether any knew it.
  public boolean archive(String safename) {
    boolean known = false;
    for (var service : services) {
      known |=
          service
              .call(() ->
                  stub(service, safename)
                      .archiveWorkspace(ArchiveWorkspaceRequest.getDefaultInstance()))
              .getKnown();
    }
    return known;
  }

  /// All, by safename.
  public List<Tenant> list() {
    var found = new TreeMap<String, Map<String, WorkspaceInfo>>();
    for (var service : services) {
      for (var one : list(service)) {
        found.computeIfAbsent(one.getSafename(), _ -> new TreeMap<>()).put(service.name(), one);
      }
    }
    return found.entrySet().stream()
        .map(entry -> tenant(entry.getKey(), entry.getValue()))
        .toList();
  }

  private Tenant tenant(String safename, Map<String, WorkspaceInfo> byService) {
    var missing =
        services.stream().map(Peer::name).filter(name -> !byService.containsKey(name)).toList();
    boolean archived =
        byService.values().stream().anyMatch(one -> one.getState() == WorkspaceState.ARCHIVED);
    return new Tenant(safename, byService.values().iterator().next().getName(), archived, missing);
  }

  private static List<WorkspaceInfo> list(Peer service) {
    var all = new ArrayList<WorkspaceInfo>();
    while (true) {
      var request =
          ListWorkspacesRequest.newBuilder()
              .setAfter(all.isEmpty() ? "" : all.getLast().getSafename())
              .build();
      var part = service.call(() -> stub(service, ALL).listWorkspaces(request)).getWorkspacesList();
      if (part.isEmpty()) {
        return all;
      }
      all.addAll(part);
    }
  }

  /// No workspace: a list is of all of them.
  private static final String ALL = "*";

  private static WorkspacesGrpc.WorkspacesBlockingStub stub(Peer service, String safename) {
    return WorkspacesGrpc.newBlockingStub(service.as(Caller.operator(safename), CALL_WAIT));
  }

  @Override
  public void close() {
    services.forEach(Peer::close);
  }
}
