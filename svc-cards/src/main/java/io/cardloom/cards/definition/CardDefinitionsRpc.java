package io.cardloom.cards.definition;

import io.cardloom.cards.definition.DefinitionStore.Summary;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.kit.db.Db;
import io.cardloom.proto.cards.v1.ActivateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.ActivateCardDefinitionResponse;
import io.cardloom.proto.cards.v1.CardDefinitionsGrpc;
import io.cardloom.proto.cards.v1.CreateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.CreateCardDefinitionResponse;
import io.cardloom.proto.cards.v1.DraftCardDefinitionResponse;
import io.cardloom.proto.cards.v1.GetCardDefinitionRequest;
import io.cardloom.proto.cards.v1.GetCardDefinitionResponse;
import io.cardloom.proto.common.v1.ConfigurationLink;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.grpc.stub.StreamObserver;
import java.util.Map;

/// The gRPC edge of card definitions.
public final class CardDefinitionsRpc extends CardDefinitionsGrpc.CardDefinitionsImplBase {
  private final Db db;
  private final DefinitionStore definitions;
  private final CardCounts counts;
  private final DraftCardDefinition draft;
  private final CreateCardDefinition create;
  private final ActivateCardDefinition activate;

  public CardDefinitionsRpc(
      Db db,
      DefinitionStore definitions,
      CardCounts counts,
      DraftCardDefinition draft,
      CreateCardDefinition create,
      ActivateCardDefinition activate) {
    this.db = db;
    this.definitions = definitions;
    this.counts = counts;
    this.draft = draft;
    this.create = create;
    this.activate = activate;
  }

  @Override
  public void createCardDefinition(
      CreateCardDefinitionRequest request, StreamObserver<CreateCardDefinitionResponse> out) {
    Rpc.reply(out, create.run(Caller.current(), request));
  }

  @Override
  public void draftCardDefinition(
      CreateCardDefinitionRequest request, StreamObserver<DraftCardDefinitionResponse> out) {
    Rpc.reply(out, draft.run(Caller.current(), request));
  }

  @Override
  public void activateCardDefinition(
      ActivateCardDefinitionRequest request, StreamObserver<ActivateCardDefinitionResponse> out) {
    Rpc.reply(out, activate.run(Caller.current(), request));
  }

  @Override
  public void getCardDefinition(
      GetCardDefinitionRequest request, StreamObserver<GetCardDefinitionResponse> out) {
    var id = new DefinitionId(Caller.current().tenant(), request.getCardDefinitionId());
    CardDefinition definition = db.inTx(id.tenant(), tx -> definitions.require(tx, id));
    Rpc.reply(
        out, GetCardDefinitionResponse.newBuilder().setCardDefinition(definition.toPb()).build());
  }

  @Override
  public void describeConfiguration(
      ConfigurationPartRequest request, StreamObserver<ConfigurationPart> out) {
    String tenant = Caller.current().tenant();
    ConfigurationPart part =
        db.inTx(
            tenant,
            tx -> {
              Map<String, Long> cards =
                  request.getIncludeCounts() ? counts.of(tx, tenant) : Map.of();
              var built = ConfigurationPart.newBuilder();
              for (Summary summary : definitions.summaries(tx, tenant)) {
                var node =
                    ConfigurationNode.newBuilder()
                        .setKind("card_definition")
                        .setId(summary.id())
                        .setName(summary.name())
                        .setStatus(summary.state().name());
                if (request.getIncludeCounts()) node.setCount(cards.getOrDefault(summary.id(), 0L));
                built.addNodes(node);
                for (String source : summary.sources()) {
                  built.addLinks(
                      ConfigurationLink.newBuilder()
                          .setFrom(source)
                          .setTo(summary.id())
                          .setType("feeds"));
                }
              }
              return built.build();
            });
    Rpc.reply(out, part);
  }
}
