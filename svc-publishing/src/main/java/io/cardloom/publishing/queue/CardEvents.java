package io.cardloom.publishing.queue;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.endpoint.EndpointStore;
import io.cardloom.publishing.endpoint.EndpointStore.DefinitionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;

/// Hears of changed cards and brings the rows of every live endpoint of their definition up to
/// date, in the transaction of the poll. A fixed number of statements, and a few more an endpoint.
public final class CardEvents implements EventLoop.Handler<CardChanged> {
  private final EndpointStore endpoints;
  private final Indexing indexing;

  public CardEvents(EndpointStore endpoints, Indexing indexing) {
    this.endpoints = endpoints;
    this.indexing = indexing;
  }

  @Override
  public void handle(Tx tx, List<CardChanged> events) throws Exception {
    var definitions = new LinkedHashSet<DefinitionKey>();
    for (CardChanged event : events) definitions.add(definition(event));
    var live = endpoints.liveOf(tx, definitions);
    if (live.isEmpty()) return;

    var byDefinition = new HashMap<DefinitionKey, List<Endpoint>>();
    for (Endpoint endpoint : live) {
      byDefinition
          .computeIfAbsent(
              new DefinitionKey(endpoint.tenant(), endpoint.cardDefinitionId()),
              _ -> new ArrayList<>())
          .add(endpoint);
    }
    var items = new ArrayList<QueueItem>(events.size());
    for (CardChanged event : events) {
      for (Endpoint endpoint : byDefinition.getOrDefault(definition(event), List.of())) {
        items.add(item(endpoint, event));
      }
    }
    indexing.run(tx, live, items, Indexing.Source.EVENT);
  }

  private static DefinitionKey definition(CardChanged event) {
    return new DefinitionKey(event.getTenant(), event.getCardDefinitionId());
  }

  private static QueueItem item(Endpoint endpoint, CardChanged event) {
    return new QueueItem(
        endpoint.collection(),
        event.getCardId(),
        event.getVersion(),
        event.getDeleted(),
        event.getBody(),
        event.getAcceptedAtMicros(),
        event.getCorrelationId(),
        0);
  }
}
