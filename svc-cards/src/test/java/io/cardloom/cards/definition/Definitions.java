package io.cardloom.cards.definition;

import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.db.Db;
import java.time.Instant;
import java.util.List;

/// Definitions for tests, made without asking svc-ingest.
public final class Definitions {
  private Definitions() {}

  public static CardDefinition draft(
      DefinitionId id, List<String> sources, List<CardProperty> properties) {
    Instant now = Instant.parse("2026-11-21T10:00:00Z");
    return new CardDefinition(
        id, id.id(), "", DefinitionState.DRAFT, sources, properties, "", 1, now, now);
  }

  /// Stores a definition as a draft.
  public static CardDefinition store(Db db, CardDefinition draft) {
    db.useTx(draft.id().tenant(), tx -> new DefinitionStore().insert(tx, draft));
    return draft;
  }

  /// Stores a definition whose cards follow changes, with nothing to be walked.
  public static CardDefinition live(Db db, DocumentIndex index, CardDefinition draft) {
    db.useTx(
        draft.id().tenant(),
        tx -> {
          new DefinitionStore().insert(tx, draft);
          new DefinitionStore()
              .setState(tx, draft.id(), DefinitionState.ACTIVE, 2, draft.updatedAt());
          index.define(tx, draft.id().collection(), draft.indexed());
        });
    return draft;
  }
}
