package io.cardloom.aggregator.tool;

import io.cardloom.aggregator.call.Peers;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.aggregator.v1.ListConfigurationRequest;
import io.cardloom.proto.aggregator.v1.ListConfigurationResponse;
import io.cardloom.proto.cards.v1.CardDefinitionsGrpc;
import io.cardloom.proto.common.v1.ConfigurationLink;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import io.cardloom.proto.publishing.v1.DestinationsGrpc;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;

/// `list_configuration`: the graph of names and links, put together from what each service owns.
public final class ListConfiguration {
  /// Most nodes in one answer: more would fill an agent's context without telling it more.
  static final int NODES_MAX = 300;

  /// Kinds in the order of the way of an entry.
  private static final List<String> KINDS =
      List.of("data_source", "card_definition", "destination", "api_version", "endpoint");

  private final Peers peers;
  private final Duration deadline;

  public ListConfiguration(Peers peers, Duration deadline) {
    this.peers = peers;
    this.deadline = deadline;
  }

  /// Throws [Problem.NotFound] when `focusId` names nothing, with the nearest known id.
  public ListConfigurationResponse run(Caller caller, ListConfigurationRequest request) {
    var ask =
        ConfigurationPartRequest.newBuilder().setIncludeCounts(request.getIncludeCounts()).build();
    List<Part<ConfigurationPart>> parts =
        Part.atOnce(
            List.of(
                asking(
                    peers.ingest(),
                    caller,
                    on -> SourcesGrpc.newBlockingStub(on).describeConfiguration(ask)),
                asking(
                    peers.cards(),
                    caller,
                    on -> CardDefinitionsGrpc.newBlockingStub(on).describeConfiguration(ask)),
                asking(
                    peers.publishing(),
                    caller,
                    on -> DestinationsGrpc.newBlockingStub(on).describeConfiguration(ask))));
    var nodes = new ArrayList<ConfigurationNode>();
    var links = new ArrayList<ConfigurationLink>();
    var unavailable = new ArrayList<String>();
    for (var part : parts) {
      part.value()
          .ifPresentOrElse(
              known -> {
                nodes.addAll(known.getNodesList());
                links.addAll(known.getLinksList());
              },
              () -> unavailable.add(part.service()));
    }
    nodes.sort(
        Comparator.comparingInt(ListConfiguration::rank).thenComparing(ConfigurationNode::getId));
    var wanted = new ArrayList<>(nodes);
    if (!request.getFocusId().isEmpty()) {
      Set<String> near =
          near(request.getFocusId(), Math.max(1, request.getDepth()), nodes, links, unavailable);
      wanted.removeIf(node -> !near.contains(node.getId()));
    }
    if (request.getKindsCount() > 0) {
      var kinds = Set.copyOf(request.getKindsList());
      wanted.removeIf(node -> !kinds.contains(node.getKind()));
    }
    if (request.getCountOnly()) return counted(wanted, unavailable);
    boolean truncated = wanted.size() > NODES_MAX;
    var shown = truncated ? wanted.subList(0, NODES_MAX) : wanted;
    var ids = new HashSet<String>();
    shown.forEach(node -> ids.add(node.getId()));
    return ListConfigurationResponse.newBuilder()
        .addAllNodes(shown)
        .addAllLinks(
            links.stream()
                .filter(link -> ids.contains(link.getFrom()) && ids.contains(link.getTo()))
                .toList())
        .addAllUnavailable(unavailable)
        .setTruncated(truncated)
        .build();
  }

  private static ListConfigurationResponse counted(
      List<ConfigurationNode> nodes, List<String> unavailable) {
    var counts = new TreeMap<String, Long>();
    for (var node : nodes) counts.merge(node.getKind(), 1L, Long::sum);
    return ListConfigurationResponse.newBuilder()
        .putAllCounts(counts)
        .addAllUnavailable(unavailable)
        .build();
  }

  private Callable<Part<ConfigurationPart>> asking(
      Peer peer, Caller caller, Function<Channel, ConfigurationPart> rpc) {
    return () -> Part.of(peer.name(), () -> peer.call(() -> rpc.apply(peer.as(caller, deadline))));
  }

  private static int rank(ConfigurationNode node) {
    int rank = KINDS.indexOf(node.getKind());
    return rank < 0 ? KINDS.size() : rank;
  }

  /// Ids within `depth` links of the focus, in either direction.
  private static Set<String> near(
      String focus,
      int depth,
      List<ConfigurationNode> nodes,
      List<ConfigurationLink> links,
      List<String> unavailable) {
    var known = nodes.stream().map(ConfigurationNode::getId).toList();
    if (!known.contains(focus)) {
      if (!unavailable.isEmpty()) {
        throw new Problem.Unavailable(unavailable.getFirst(), Duration.ofSeconds(2)).exception();
      }
      throw new Problem.NotFound("object", focus, Nearest.of(focus, known), List.of()).exception();
    }
    Map<String, Set<String>> neighbours = new HashMap<>();
    for (var link : links) {
      neighbours.computeIfAbsent(link.getFrom(), _ -> new HashSet<>()).add(link.getTo());
      neighbours.computeIfAbsent(link.getTo(), _ -> new HashSet<>()).add(link.getFrom());
    }
    var near = new HashSet<String>(Set.of(focus));
    var edge = Set.of(focus);
    for (int i = 0; i < depth; i++) {
      var next = new HashSet<String>();
      for (String id : edge) {
        for (String neighbour : neighbours.getOrDefault(id, Set.of()))
          if (near.add(neighbour)) next.add(neighbour);
      }
      edge = next;
    }
    return near;
  }
}
