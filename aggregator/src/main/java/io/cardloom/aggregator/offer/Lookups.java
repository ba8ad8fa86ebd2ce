package io.cardloom.aggregator.offer;

import com.google.protobuf.Message;
import io.cardloom.aggregator.call.Peers;
import io.cardloom.aggregator.codec.MessageWriter;
import io.cardloom.aggregator.codec.Shapes;
import io.cardloom.aggregator.identity.Principal;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.Permission;
import io.cardloom.proto.cards.v1.CardDefinitionsGrpc;
import io.cardloom.proto.cards.v1.GetCardDefinitionRequest;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaRequest;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import io.cardloom.proto.publishing.v1.DestinationDataGrpc;
import io.cardloom.proto.publishing.v1.DestinationsGrpc;
import io.cardloom.proto.publishing.v1.ListActiveEndpointsRequest;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// What resources and completion read of the services, as the caller and within one deadline.
final class Lookups {
  private final Peers peers;
  private final Duration deadline;
  private final MessageWriter writer = new MessageWriter(new Shapes());

  Lookups(Peers peers, Duration deadline) {
    this.peers = peers;
    this.deadline = deadline;
  }

  /// Properties and key rules of a data source.
  Optional<byte[]> sourceSchema(Principal principal, String id) {
    var request = DescribeDataSourceSchemaRequest.newBuilder().setSourceId(id).build();
    return found(() ->
        ask(
            principal,
            peers.ingest(),
            on -> SourcesGrpc.newBlockingStub(on).describeDataSourceSchema(request)));
  }

  Optional<byte[]> cardDefinition(Principal principal, String id) {
    var request = GetCardDefinitionRequest.newBuilder().setCardDefinitionId(id).build();
    return found(() ->
        ask(
                principal,
                peers.cards(),
                on -> CardDefinitionsGrpc.newBlockingStub(on).getCardDefinition(request))
            .getCardDefinition());
  }

  /// An endpoint of an active API version.
  Optional<byte[]> endpoint(Principal principal, String id) {
    var request = ListActiveEndpointsRequest.getDefaultInstance();
    var all =
        ask(
            principal,
            peers.publishing(),
            on -> DestinationDataGrpc.newBlockingStub(on).listActiveEndpoints(request));
    return all.getEndpointsList().stream()
        .filter(endpoint -> endpoint.getId().equals(id))
        .findFirst()
        .map(writer::bytes);
  }

  /// Ids of one kind of object in the caller's workspace.
  List<String> ids(Principal principal, String kind) {
    var request = ConfigurationPartRequest.getDefaultInstance();
    ConfigurationPart part =
        switch (kind) {
          case "data_source" ->
              ask(
                  principal,
                  peers.ingest(),
                  on -> SourcesGrpc.newBlockingStub(on).describeConfiguration(request));
          case "card_definition" ->
              ask(
                  principal,
                  peers.cards(),
                  on -> CardDefinitionsGrpc.newBlockingStub(on).describeConfiguration(request));
          default ->
              ask(
                  principal,
                  peers.publishing(),
                  on -> DestinationsGrpc.newBlockingStub(on).describeConfiguration(request));
        };
    return part.getNodesList().stream()
        .filter(node -> node.getKind().equals(kind))
        .map(ConfigurationNode::getId)
        .sorted()
        .toList();
  }

  private Optional<byte[]> found(java.util.function.Supplier<? extends Message> read) {
    try {
      return Optional.of(writer.bytes(read.get()));
    } catch (ProblemException problem) {
      // An id that breaks the rules of ids names nothing either.
      return switch (problem.problem().code()) {
        case "not_found", "validation_failed" -> Optional.empty();
        default -> throw problem;
      };
    }
  }

  private <T> T ask(Principal principal, Peer peer, Function<Channel, T> call) {
    if (!principal.may(Permission.CONFIG_READ))
      throw new Problem.Denied(Permission.CONFIG_READ.name()).exception();
    Caller caller = principal.caller(UUID.randomUUID().toString());
    return peer.call(() -> call.apply(peer.as(caller, deadline)));
  }
}
