package io.cardloom.cards.card;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.cards.definition.CardProperty;
import io.cardloom.cards.definition.DefinitionId;
import io.cardloom.cards.definition.Definitions;
import io.cardloom.cards.testing.FakeIngest;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.events.v1.CardChanged;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/cards"})
final class BuildCardsTest {
  private static CardBox live(Db db) {
    var box = new CardBox(db);
    box.live("d", List.of("a", "b"), "a.x", "b.x");
    return box;
  }

  @Test
  void aCardMergesWhatItsSourcesSayAndTellsIt(Db db) {
    CardBox box = live(db);
    assertThat(box.handle(box.entry("a", "k", 1, "{\"x\":\"1\",\"y\":\"no\"}"))).isEqualTo(1);
    assertThat(box.handle(box.entry("b", "k", 7, "{\"x\":\"2\"}"))).isEqualTo(1);
    assertThat(box.versioned("d")).containsEntry("k", "2 {\"a_x\":\"1\",\"b_x\":\"2\"}");
    CardChanged told = box.told().getLast();
    assertThat(told.getVersion()).isEqualTo(2);
    assertThat(told.getCorrelationId()).isEqualTo("batch-7");
    assertThat(told.getAcceptedAtMicros()).isEqualTo(1_790_000_000_000_007L);
    assertThat(told.getBody().toStringUtf8()).isEqualTo("{\"a_x\":\"1\",\"b_x\":\"2\"}");
  }

  @Test
  void aChangeOfUnmappedPropertiesIsRememberedAndNotTold(Db db) {
    CardBox box = live(db);
    box.handle(box.entry("a", "k", 1, "{\"x\":\"1\"}"));
    assertThat(box.handle(box.entry("a", "k", 3, "{\"x\":\"1\",\"y\":\"2\"}"))).isZero();
    assertThat(box.versioned("d")).containsEntry("k", "1 {\"a_x\":\"1\"}");
    assertThat(box.told()).hasSize(1);
    assertThat(box.handle(box.entry("a", "k", 2, "{\"x\":\"late\"}"))).isZero();
    assertThat(box.cards("d")).containsEntry("k", "{\"a_x\":\"1\"}");
  }

  @Test
  void aCardGoesWithItsLastEntryAndItsVersionGoesOnWhenItComesBack(Db db) {
    CardBox box = live(db);
    box.handle(box.entry("a", "k", 1, "{\"x\":\"1\"}"), box.entry("b", "k", 1, "{\"x\":\"2\"}"));
    box.handle(box.entry("a", "k", 2, ""));
    assertThat(box.versioned("d")).containsEntry("k", "2 {\"b_x\":\"2\"}");
    box.handle(box.entry("b", "k", 2, ""));
    assertThat(box.cards("d")).isEmpty();
    assertThat(box.indexed("d")).isEmpty();
    assertThat(box.told().getLast().getDeleted()).isTrue();
    box.handle(box.entry("a", "k", 3, "{\"x\":\"back\"}"));
    assertThat(box.versioned("d")).containsEntry("k", "4 {\"a_x\":\"back\"}");
  }

  @Test
  void aDeleteOfAnUnknownCardIsRememberedAndNotTold(Db db) {
    CardBox box = live(db);
    assertThat(box.handle(box.entry("a", "k", 5, ""))).isZero();
    assertThat(box.handle(box.entry("a", "k", 4, "{\"x\":\"late\"}"))).isZero();
    assertThat(box.cards("d")).isEmpty();
    assertThat(box.told()).isEmpty();
  }

  @Test
  void oneBatchTellsACardOnceAsItEnds(Db db) {
    CardBox box = live(db);
    box.handle(
        box.entry("a", "k", 1, "{\"x\":\"1\"}"),
        box.entry("a", "k", 2, ""),
        box.entry("a", "k", 3, "{\"x\":\"3\"}"),
        box.entry("a", "gone", 1, "{\"x\":\"1\"}"),
        box.entry("a", "gone", 2, ""));
    assertThat(box.versioned("d")).containsExactly(Map.entry("k", "1 {\"a_x\":\"3\"}"));
    assertThat(box.told()).hasSize(1);
  }

  @Test
  void sameNamesInTwoWorkspacesStayApart(Db db) {
    CardBox box = live(db);
    var theirs = new DefinitionId("rival", "d");
    Definitions.live(
        db,
        box.index,
        Definitions.draft(
            theirs,
            List.of("a"),
            List.of(
                new CardProperty("price", "Price", "a", "x", PropertyType.PROPERTY_TYPE_TEXT))));
    box.handle(
        box.entry("a", "k", 1, "{\"x\":\"ours\"}"),
        FakeIngest.event("rival", "a", "k", 9, "{\"x\":\"theirs\"}"),
        FakeIngest.event("rival", "b", "k", 9, "{\"x\":\"not taken\"}"));
    assertThat(box.versioned("d")).containsEntry("k", "1 {\"a_x\":\"ours\"}").hasSize(1);
    List<Card> rival = db.inTx("rival", tx -> box.cards.scan(tx, theirs, "", 10));
    assertThat(rival)
        .singleElement()
        .satisfies(card -> assertThat(card.body()).hasToString("{\"price\":\"theirs\"}"));
  }

  /// Two instances hear two sources of one card at once: both see no row, both write it, one runs
  /// again, and neither change is lost.
  @Test
  void twoConsumersOfOneNewCardBothCount(Db db) throws Exception {
    CardBox box = live(db);
    var together = new CyclicBarrier(2);
    var first = new AtomicInteger(2);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var runs = new ArrayList<Future<?>>();
      for (String source : List.of("a", "b")) {
        var change = List.of(EntryChange.of(box.entry(source, "k", 1, "{\"x\":\"1\"}")));
        runs.add(
            threads.submit(() ->
                db.useTx(
                    "acme",
                    tx -> {
                      if (first.getAndDecrement() > 0) together.await();
                      box.build.run(tx, Lane.PROMPT, change);
                    })));
      }
      for (var run : runs) run.get();
    }
    assertThat(box.versioned("d")).containsEntry("k", "2 {\"a_x\":\"1\",\"b_x\":\"1\"}");
  }
}
