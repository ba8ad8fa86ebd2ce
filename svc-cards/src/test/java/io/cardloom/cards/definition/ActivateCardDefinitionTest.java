package io.cardloom.cards.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.cards.testing.FakeIngest;
import io.cardloom.index.PostgresIndex;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.cards.v1.ActivateCardDefinitionRequest;
import io.cardloom.proto.cards.v1.ActivateCardDefinitionResponse;
import io.cardloom.proto.cards.v1.CardDefinitionState;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.common.v1.WriteStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/cards"})
final class ActivateCardDefinitionTest {
  private static ActivateCardDefinitionRequest.Builder of(String id) {
    return ActivateCardDefinitionRequest.newBuilder().setCardDefinitionId(id);
  }

  /// Activates `desks`, a draft of one source with one entry, as the requests say, one by one.
  private static List<ActivateCardDefinitionResponse> run(
      Db db, ActivateCardDefinitionRequest.Builder... requests) {
    Definitions.store(
        db,
        Definitions.draft(
            new DefinitionId("acme", "desks"),
            List.of("products"),
            List.of(
                new CardProperty(
                    "name", "Name", "products", "name", PropertyType.PROPERTY_TYPE_TEXT))));
    try (var ingest = new FakeIngest().source("acme", "products", List.of(), "name");
        var peer = ingest.peer()) {
      ingest.put(FakeIngest.event("acme", "products", "k", 1, "{}"));
      var activate =
          new ActivateCardDefinition(
              db,
              new DefinitionStore(),
              new BackfillStore(),
              new PostgresIndex(),
              new SourceSchemas(peer),
              Clock.systemUTC());
      return List.of(requests).stream()
          .map(request -> activate.run(TestKeys.everything("acme"), request.build()))
          .toList();
    }
  }

  @Test
  void aDraftIsUpdatingUnderANewVersionAndARepeatChangesNothing(Db db) throws Exception {
    var answers = run(db, of("desks").setExpectedVersion(1), of("desks"), of("desks"));
    assertThat(answers)
        .extracting(answer -> answer.getOutcome().getStatus())
        .containsExactly(
            WriteStatus.WRITE_STATUS_APPLIED,
            WriteStatus.WRITE_STATUS_UNCHANGED,
            WriteStatus.WRITE_STATUS_UNCHANGED);
    assertThat(answers)
        .allSatisfy(answer -> {
          assertThat(answer.getOutcome().getVersion()).isEqualTo(2);
          assertThat(answer.getCardDefinition().getState())
              .isEqualTo(CardDefinitionState.CARD_DEFINITION_STATE_UPDATING);
        });
    var walk = db.inTx("acme", tx -> new BackfillStore().next(tx, Instant.now()).orElseThrow());
    assertThat(walk.source()).isEqualTo("products");
    assertThat(walk.correlationId()).isEqualTo(answers.getFirst().getOutcome().getCorrelationId());
  }

  @Test
  void aDryRunTellsWhatItWouldBuildAndChangesNothing(Db db) throws Exception {
    var answer = run(db, of("desks").setDryRun(true)).getFirst();
    assertThat(answer.getOutcome().getStatus()).isEqualTo(WriteStatus.WRITE_STATUS_VALIDATED);
    assertThat(answer.getOutcome().getWarningsList())
        .containsExactly("1 entries of products would be built into cards.");
    var state =
        db.inTx(
            "acme",
            tx -> new DefinitionStore().require(tx, new DefinitionId("acme", "desks")).state());
    assertThat(state).isEqualTo(DefinitionState.DRAFT);
    assertThat(
            db.<Boolean>inTx("acme", tx -> new BackfillStore().next(tx, Instant.now()).isEmpty()))
        .isTrue();
  }

  @Test
  void aStaleVersionIsRefused(Db db) {
    assertThatThrownBy(() -> run(db, of("desks").setExpectedVersion(4)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused ->
                assertThat(refused.problem())
                    .isEqualTo(new Problem.Stale("card definition", "desks", 4, 1)));
  }

  @Test
  void anUnknownIdIsRefusedWithTheNearest(Db db) {
    assertThatThrownBy(() -> run(db, of("desk")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused ->
                assertThat(refused.problem().message())
                    .isEqualTo("There is no card definition desk. Did you mean desks?"));
  }
}
