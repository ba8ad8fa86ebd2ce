package io.cardloom.cards.card;

import io.cardloom.cards.definition.BackfillStore;
import io.cardloom.cards.definition.CardDefinition;
import io.cardloom.cards.definition.DefinitionStore;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.CardRef;
import io.cardloom.proto.common.v1.Stage;
import io.cardloom.proto.common.v1.StageStatus;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.common.v1.StagesResponse;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// How far an entry is on its way into cards: a stage `card` for every definition that takes its
/// source, and the cards it went into.
///
/// The card index commits with the card, so it has no stage of its own.
public final class TraceEntry {
  private static final String STAGE = "card";

  private final Db db;
  private final DefinitionStore definitions;
  private final BackfillStore backfills;
  private final CardStore cards;

  public TraceEntry(Db db, DefinitionStore definitions, BackfillStore backfills, CardStore cards) {
    this.db = db;
    this.definitions = definitions;
    this.backfills = backfills;
    this.cards = cards;
  }

  public StagesResponse run(Caller caller, StagesRequest request) {
    return db.inTx(
        caller.tenant(),
        tx -> {
          var response = StagesResponse.newBuilder();
          var fed = definitions.ofSource(tx, caller.tenant(), request.getSourceId());
          for (CardDefinition definition : fed) {
            var key = new CardKey(definition.id(), request.getEntryId());
            Optional<CardStore.Stored> stored = cards.find(tx, key);
            response.addStages(stage(tx, request, definition, stored));
            stored
                .map(CardStore.Stored::card)
                .filter(card -> card.version() > 0)
                .ifPresent(card -> response.addCards(ref(card)));
          }
          if (fed.isEmpty()) {
            response.addStages(
                Stage.newBuilder()
                    .setStage(STAGE)
                    .setStatus(StageStatus.STAGE_STATUS_SKIPPED)
                    .setDetail(
                        "No card definition takes the data source " + request.getSourceId() + "."));
          }
          return response.build();
        });
  }

  private Stage stage(
      Tx tx, StagesRequest request, CardDefinition definition, Optional<CardStore.Stored> stored)
      throws SQLException {
    var stage = Stage.newBuilder().setStage(STAGE).setTarget(definition.id().id());
    int source = definition.sources().indexOf(request.getSourceId());
    long seen = stored.map(found -> found.card().sources().seen(source)).orElse(0L);
    if (seen > 0 && seen >= request.getEntryVersion()) {
      return done(stage, stored.orElseThrow(), source);
    }
    return switch (definition.state()) {
      case DRAFT ->
          stage
              .setStatus(StageStatus.STAGE_STATUS_SKIPPED)
              .setDetail(
                  "The card definition is a draft; activate_card_definition builds its cards.")
              .build();
      case UPDATING -> {
        String failure = backfills.failure(tx, definition.id(), request.getSourceId());
        yield stage
            .setStatus(StageStatus.STAGE_STATUS_PENDING)
            .setDetail("Cards are being built." + (failure.isEmpty() ? "" : " " + failure))
            .build();
      }
      case ACTIVE ->
          request.getEntryVersion() == 0
              ? stage
                  .setStatus(StageStatus.STAGE_STATUS_SKIPPED)
                  .setDetail("No version of the entry has been seen.")
                  .build()
              : stage
                  .setStatus(StageStatus.STAGE_STATUS_PENDING)
                  .setDetail(
                      "The card holds version "
                          + seen
                          + " of the entry; version "
                          + request.getEntryVersion()
                          + " is on its way.")
                  .build();
    };
  }

  private static Stage done(Stage.Builder stage, CardStore.Stored stored, int source) {
    Card card = stored.card();
    Instant at = stored.updatedAt();
    stage.setStatus(StageStatus.STAGE_STATUS_DONE).setVersion(card.version()).setAt(at.toString());
    if (card.acceptedAtMicros() > 0) {
      long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at) - card.acceptedAtMicros();
      stage.setLagSeconds(Math.max(0, micros) / 1e6);
    }
    if (!card.sources().present(source)) {
      stage.setDetail(
          card.deleted()
              ? "The entry is deleted, and so is the card."
              : "The entry is deleted; other data sources keep the card.");
    }
    return stage.build();
  }

  private static CardRef ref(Card card) {
    return CardRef.newBuilder()
        .setCardDefinitionId(card.key().definition().id())
        .setCardId(card.key().key())
        .setVersion(card.version())
        .build();
  }
}
