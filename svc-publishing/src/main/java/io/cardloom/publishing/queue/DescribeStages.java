package io.cardloom.publishing.queue;

import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.CardRef;
import io.cardloom.proto.common.v1.Stage;
import io.cardloom.proto.common.v1.StageStatus;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.common.v1.StagesResponse;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.endpoint.EndpointStore;
import io.cardloom.publishing.endpoint.EndpointStore.DefinitionKey;
import io.cardloom.publishing.queue.QueueStore.CardAt;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// How far cards are on their way into the endpoints: for each endpoint of an active version the
/// stage `queue` (was the change handled) and the stage `destination` (what consumers see).
public final class DescribeStages {
  /// Most cards of one entry that are looked at.
  private static final int CARDS_MAX = 200;

  private final Db db;
  private final EndpointStore endpoints;
  private final QueueStore queue;
  private final DocumentIndex index;

  public DescribeStages(Db db, EndpointStore endpoints, QueueStore queue, DocumentIndex index) {
    this.db = db;
    this.endpoints = endpoints;
    this.queue = queue;
    this.index = index;
  }

  public StagesResponse run(Caller caller, StagesRequest request) {
    return db.inTx(caller.tenant(), tx -> stages(tx, caller.tenant(), request));
  }

  private StagesResponse stages(Tx tx, String tenant, StagesRequest request) throws Exception {
    var cards = request.getCardsList().stream().limit(CARDS_MAX).toList();
    var definitions = new LinkedHashSet<DefinitionKey>();
    for (CardRef card : cards) {
      definitions.add(new DefinitionKey(tenant, card.getCardDefinitionId()));
    }
    List<Endpoint> live = definitions.isEmpty() ? List.of() : endpoints.liveOf(tx, definitions);
    var wanted = new LinkedHashMap<CardAt, CardRef>();
    for (Endpoint endpoint : live) {
      for (CardRef card : cards) {
        if (!endpoint.cardDefinitionId().equals(card.getCardDefinitionId())) continue;
        wanted.put(new CardAt(endpoint.id(), card.getCardId()), card);
      }
    }
    var states =
        wanted.isEmpty()
            ? Map.<CardAt, QueueStore.State>of()
            : queue.states(tx, tenant, wanted.keySet());
    var indexed = indexed(tx, live, wanted);

    var response = StagesResponse.newBuilder();
    wanted.forEach((at, card) -> {
      Long version = indexed.get(at);
      response.addAllStages(
          stages(
              at,
              card,
              Optional.ofNullable(states.get(at)),
              version == null ? OptionalLong.empty() : OptionalLong.of(version)));
    });
    return response.build();
  }

  private Map<CardAt, Long> indexed(Tx tx, List<Endpoint> live, Map<CardAt, CardRef> wanted) {
    var indexed = new HashMap<CardAt, Long>();
    for (Endpoint endpoint : live) {
      var keys = new ArrayList<String>();
      for (CardAt at : wanted.keySet()) {
        if (at.endpointId().equals(endpoint.id())) keys.add(at.cardId());
      }
      index
          .versions(tx, endpoint.collection(), keys)
          .forEach((key, version) -> indexed.put(new CardAt(endpoint.id(), key), version));
    }
    return indexed;
  }

  private static List<Stage> stages(
      CardAt at, CardRef card, Optional<QueueStore.State> state, OptionalLong indexed) {
    boolean visible = indexed.isPresent() && indexed.getAsLong() >= card.getVersion();
    boolean current = state.isPresent() && state.get().version() >= card.getVersion();
    var queued = Stage.newBuilder().setStage("queue").setTarget(at.endpointId());
    var shown = Stage.newBuilder().setStage("destination").setTarget(at.endpointId());
    indexed.ifPresent(shown::setVersion);

    if (current && !state.get().status().equals("completed")) {
      QueueStore.State item = state.get();
      boolean failed = item.status().equals("failed");
      StageStatus status =
          failed ? StageStatus.STAGE_STATUS_FAILED : StageStatus.STAGE_STATUS_PENDING;
      timed(queued.setStatus(status).setVersion(item.version()), item);
      queued.setDetail("Try " + item.attempts() + " failed: " + item.error());
      shown.setStatus(status).setDetail(failed ? "The queue gave up." : "The queue tries again.");
    } else if (visible) {
      queued.setStatus(StageStatus.STAGE_STATUS_DONE).setVersion(indexed.getAsLong());
      shown.setStatus(StageStatus.STAGE_STATUS_DONE);
      if (current) {
        timed(queued, state.get());
        timed(shown, state.get());
        if (!state.get().shown()) {
          shown
              .setStatus(StageStatus.STAGE_STATUS_SKIPPED)
              .setDetail("Not shown: the card is deleted or does not match the conditions.");
        }
      }
    } else {
      queued
          .setStatus(StageStatus.STAGE_STATUS_PENDING)
          .setDetail("The change of the card has not arrived yet.");
      shown.setStatus(StageStatus.STAGE_STATUS_PENDING);
      if (indexed.isEmpty()) shown.setDetail("There is no row of this card yet.");
    }
    return List.of(queued.build(), shown.build());
  }

  private static void timed(Stage.Builder stage, QueueStore.State state) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, state.at());
    stage.setAt(state.at().toString()).setLagSeconds((micros - state.acceptedAtMicros()) / 1e6);
  }
}
