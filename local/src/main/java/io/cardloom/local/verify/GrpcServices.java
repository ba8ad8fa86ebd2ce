package io.cardloom.local.verify;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Peer;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.cards.v1.CardDefinitionsGrpc;
import io.cardloom.proto.cards.v1.CardsGrpc;
import io.cardloom.proto.cards.v1.GetCardDefinitionRequest;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.publishing.v1.DestinationDataGrpc;
import io.cardloom.proto.publishing.v1.Endpoint;
import io.cardloom.proto.publishing.v1.ListActiveEndpointsRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The services of a running stack over gRPC, as a service of its own would call them.
public final class GrpcServices implements Services, AutoCloseable {
  private static final Duration CALL_WAIT = Duration.ofSeconds(60);

  private final Caller caller;
  private final Peer ingest;
  private final Peer cards;
  private final Peer publishing;

  /// Targets are gRPC targets of the three services.
  public record Targets(String ingest, String cards, String publishing) {
    /// By the names of the services.
    public static Targets of(Map<String, String> byName) {
      return new Targets(
          target(byName, "svc-ingest"),
          target(byName, "svc-cards"),
          target(byName, "svc-publishing"));
    }

    private static String target(Map<String, String> byName, String service) {
      return Objects.requireNonNull(byName.get(service), service);
    }
  }

  public GrpcServices(String workspace, Targets targets, InternalTokens.Signer signer) {
    this.caller = Caller.service(workspace, "verify");
    this.ingest = Peer.open("svc-ingest", targets.ingest(), signer);
    this.cards = Peer.open("svc-cards", targets.cards(), signer);
    this.publishing = Peer.open("svc-publishing", targets.publishing(), signer);
  }

  @Override
  public List<CardDefinition> activeDefinitions() {
    var request = ConfigurationPartRequest.getDefaultInstance();
    return cards.call(() -> definitions().describeConfiguration(request)).getNodesList().stream()
        .filter(node -> node.getKind().equals("card_definition"))
        .map(ConfigurationNode::getId)
        .map(this::definition)
        .filter(definition -> live(definition.getState()))
        .toList();
  }

  private static boolean live(CardDefinitionState state) {
    return switch (state) {
      case CARD_DEFINITION_STATE_ACTIVE,
          CARD_DEFINITION_STATE_PENDING_CHANGES,
          CARD_DEFINITION_STATE_UPDATING ->
          true;
      case CARD_DEFINITION_STATE_DRAFT,
          CARD_DEFINITION_STATE_ARCHIVED,
          CARD_DEFINITION_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }

  @Override
  public CardDefinition definition(String id) {
    var request = GetCardDefinitionRequest.newBuilder().setCardDefinitionId(id).build();
    return cards.call(() -> definitions().getCardDefinition(request)).getCardDefinition();
  }

  @Override
  public List<Endpoint> activeEndpoints() {
    var request = ListActiveEndpointsRequest.getDefaultInstance();
    return publishing.call(() -> data().listActiveEndpoints(request)).getEndpointsList();
  }

  @Override
  public Scan entries(String sourceId) {
    return new Scan(
        sourceId,
        request ->
            ingest.call(() ->
                EntriesGrpc.newBlockingStub(ingest.as(caller, CALL_WAIT)).scanEntries(request)));
  }

  @Override
  public Scan cards(String definitionId) {
    return new Scan(definitionId, request -> cards.call(() -> cards().scanCards(request)));
  }

  @Override
  public Scan cardIndex(String definitionId) {
    return new Scan(definitionId, request -> cards.call(() -> cards().scanCardIndex(request)));
  }

  @Override
  public Scan rows(String endpointId) {
    return new Scan(endpointId, request -> publishing.call(() -> data().scanRows(request)));
  }

  private CardDefinitionsGrpc.CardDefinitionsBlockingStub definitions() {
    return CardDefinitionsGrpc.newBlockingStub(cards.as(caller, CALL_WAIT));
  }

  private CardsGrpc.CardsBlockingStub cards() {
    return CardsGrpc.newBlockingStub(cards.as(caller, CALL_WAIT));
  }

  private DestinationDataGrpc.DestinationDataBlockingStub data() {
    return DestinationDataGrpc.newBlockingStub(publishing.as(caller, CALL_WAIT));
  }

  @Override
  public void close() {
    ingest.close();
    cards.close();
    publishing.close();
  }
}
