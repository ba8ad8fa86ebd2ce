package io.cardloom.publishing.endpoint;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.cards.v1.CardDefinition;
import io.cardloom.proto.cards.v1.CardDefinitionsGrpc;
import io.cardloom.proto.cards.v1.CardsGrpc;
import io.cardloom.proto.cards.v1.GetCardDefinitionRequest;
import io.cardloom.proto.cards.v1.SearchCardsRequest;
import io.cardloom.proto.cards.v1.SearchCardsResponse;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/// svc-cards, as this service asks it.
public final class Cards {
  private static final Duration LOOKUP_WAIT = Duration.ofSeconds(10);

  /// A count is a courtesy: it is left out when it takes longer.
  private static final Duration COUNT_WAIT = Duration.ofSeconds(2);

  /// A preview is worth a moment, no more.
  private static final Duration SEARCH_WAIT = Duration.ofSeconds(5);

  private static final Duration SCAN_WAIT = Duration.ofSeconds(10);
  private static final String NAME = "svc-publishing";

  private final Peer peer;

  public Cards(Peer peer) {
    this.peer = peer;
  }

  /// The definition as it stands.
  ///
  /// @throws ProblemException `NotFound` as svc-cards told; `Unavailable`
  public CardDefinition definition(Caller caller, String definitionId) {
    var service = Caller.service(caller.tenant(), NAME).withCorrelation(caller.correlationId());
    return peer.call(() ->
        CardDefinitionsGrpc.newBlockingStub(peer.as(service, LOOKUP_WAIT))
            .getCardDefinition(
                GetCardDefinitionRequest.newBuilder().setCardDefinitionId(definitionId).build())
            .getCardDefinition());
  }

  /// How many cards the definitions have together; empty when svc-cards does not tell in time.
  public OptionalLong count(Caller caller, Collection<String> definitionIds) {
    var service = Caller.service(caller.tenant(), NAME).withCorrelation(caller.correlationId());
    try {
      var part =
          CardDefinitionsGrpc.newBlockingStub(peer.as(service, COUNT_WAIT))
              .describeConfiguration(
                  ConfigurationPartRequest.newBuilder().setIncludeCounts(true).build());
      return OptionalLong.of(
          part.getNodesList().stream()
              .filter(node ->
                  node.getKind().equals("card_definition") && definitionIds.contains(node.getId()))
              .mapToLong(node -> node.getCount())
              .sum());
    } catch (StatusRuntimeException _) {
      return OptionalLong.empty();
    }
  }

  /// The first cards that meet the conditions, in order of ids, and how many there are; asked for
  /// as the caller, who must be allowed to read data.
  ///
  /// @param conditions [Conditions] found nothing wrong with
  /// @throws ProblemException `Unavailable` when svc-cards does not answer in time
  public SearchCardsResponse search(
      Caller caller, String definitionId, List<Filter> conditions, int limit) {
    var query =
        Query.newBuilder().addAllFilters(conditions).setLimit(limit).setIncludeTotal(true).build();
    return peer.call(() ->
        CardsGrpc.newBlockingStub(peer.as(caller.reading(), SEARCH_WAIT))
            .searchCards(
                SearchCardsRequest.newBuilder()
                    .setCardDefinitionId(definitionId)
                    .setQuery(query)
                    .build()));
  }

  /// The next cards of a definition in key order.
  ///
  /// @throws ProblemException `Unavailable` when svc-cards does not answer
  public ScanResponse scan(String tenant, String definitionId, String afterKey, int limit) {
    var caller = Caller.service(tenant, NAME);
    return peer.call(() ->
        CardsGrpc.newBlockingStub(peer.as(caller, SCAN_WAIT))
            .scanCards(
                ScanRequest.newBuilder()
                    .setCollectionId(definitionId)
                    .setAfterKey(afterKey)
                    .setLimit(limit)
                    .build()));
  }
}
