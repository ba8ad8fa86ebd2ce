package io.cardloom.cards.definition;

import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.proto.cards.v1.ActivateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.ActivateCardDefinitionResponse;
import io.cardloom.proto.common.v1.WriteOutcome;
import io.cardloom.proto.common.v1.WriteStatus;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Activates a definition: from its commit on entry events go into its cards, and every entry there
/// is will be walked.
///
/// No event falls between: one that was handled before the commit, without this definition, tells
/// of an entry stored before it, and the walk begins after it.
public final class ActivateCardDefinition {
  private final Db db;
  private final DefinitionStore definitions;
  private final BackfillStore backfills;
  private final DocumentIndex index;
  private final SourceSchemas sources;
  private final Clock clock;

  public ActivateCardDefinition(
      Db db,
      DefinitionStore definitions,
      BackfillStore backfills,
      DocumentIndex index,
      SourceSchemas sources,
      Clock clock) {
    this.db = db;
    this.definitions = definitions;
    this.backfills = backfills;
    this.index = index;
    this.sources = sources;
    this.clock = clock;
  }

  private record Activated(CardDefinition definition, WriteStatus status) {}

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`, or `Stale` when the definition
  ///   has changed since the expected version
  public ActivateCardDefinitionResponse run(Caller caller, ActivateCardDefinitionRequest request) {
    var id = new DefinitionId(caller.tenant(), request.getCardDefinitionId());
    Activated activated =
        db.inTx(
            caller.tenant(),
            tx -> {
              CardDefinition before = definitions.lock(tx, id);
              refuseIfStale(before, request.getExpectedVersion());
              if (before.state().live()) {
                return new Activated(before, WriteStatus.WRITE_STATUS_UNCHANGED);
              }
              if (request.getDryRun()) {
                return new Activated(before, WriteStatus.WRITE_STATUS_VALIDATED);
              }
              CardDefinition after =
                  before.activated(clock.instant().truncatedTo(ChronoUnit.MICROS));
              definitions.setState(tx, id, after.state(), after.version(), after.updatedAt());
              index.define(tx, id.collection(), after.indexed());
              backfills.begin(tx, after, caller.correlationId(), after.updatedAt());
              return new Activated(after, WriteStatus.WRITE_STATUS_APPLIED);
            });
    var outcome =
        WriteOutcome.newBuilder()
            .setStatus(activated.status())
            .setVersion(activated.definition().version())
            .setCorrelationId(caller.correlationId());
    if (activated.status() == WriteStatus.WRITE_STATUS_VALIDATED) {
      outcome.addAllWarnings(impact(caller, activated.definition()));
    } else {
      outcome.addNext(
          new Next(
                  "search_cards",
                  "{\"cardDefinitionId\":\"" + id.id() + "\",\"query\":{\"includeTotal\":true}}",
                  "shows the cards built so far")
              .toPb());
    }
    return ActivateCardDefinitionResponse.newBuilder()
        .setCardDefinition(activated.definition().toPb())
        .setOutcome(outcome)
        .build();
  }

  private static void refuseIfStale(CardDefinition definition, long expected) {
    if (expected != 0 && expected != definition.version()) {
      throw new Problem.Stale(
              "card definition", definition.id().id(), expected, definition.version())
          .exception();
    }
  }

  /// How much an activation would build, as sentences.
  private List<String> impact(Caller caller, CardDefinition definition) {
    var sentences = new ArrayList<String>();
    for (String source : definition.sources()) {
      try {
        long entries = sources.entries(caller, source);
        sentences.add(entries + " entries of " + source + " would be built into cards.");
      } catch (ProblemException unknown) {
        sentences.add(
            "How many entries " + source + " has is not known: " + unknown.problem().message());
      }
    }
    return sentences;
  }
}
