package io.cardloom.cards.card;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.StatementCount;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What building cards may cost on any machine.
@FreshSchema({"db/kit", "db/index", "db/cards"})
final class CardBudgetTest {
  /// Those of the transaction, the definitions, the cards there are, and for each table written.
  private static final int STATEMENTS_MAX = 20;

  @Test
  void aPollOfEventsTakesAsManyStatementsAsOneEvent(Db db) throws Exception {
    var box = new CardBox(db);
    box.live("d", List.of("a"), "a.x");
    int one = handled(box, 1, 1);
    assertThat(one).isBetween(3, STATEMENTS_MAX);
    assertThat(handled(box, 500, 2)).isBetween(3, STATEMENTS_MAX);
    assertThat(handled(box, 500, 3)).isBetween(3, STATEMENTS_MAX);
  }

  private static int handled(CardBox box, int count, long version) throws Exception {
    var events =
        IntStream.range(0, count)
            .mapToObj(i -> box.entry("a", "k" + i, version, "{\"x\":\"" + version + "\"}"))
            .toList();
    return StatementCount.of(() -> box.handle(events));
  }
}
