package io.cardloom.publishing.queue;

import static io.cardloom.publishing.FakeCards.card;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.kit.testing.StatementCount;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.publishing.Parts;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What making rows may cost on any machine.
@FreshSchema({"db/kit", "db/index", "db/publishing"})
final class RowBudgetTest {
  /// Those of the transaction, the endpoints, the rows there are, and for each table written.
  private static final int STATEMENTS_MAX = 20;

  @Test
  void aPollOfCardsTakesAsManyStatementsAsOneCard(Db db) throws Exception {
    try (var parts = new Parts(db)) {
      parts.served();
      assertThat(heard(parts, 1, 1)).isBetween(3, STATEMENTS_MAX);
      assertThat(heard(parts, 500, 2)).isBetween(3, STATEMENTS_MAX);
      assertThat(heard(parts, 500, 3)).isBetween(3, STATEMENTS_MAX);
      assertThat(parts.rows("v1", "products")).hasSize(500);
    }
  }

  private static int heard(Parts parts, int count, long version) throws Exception {
    var cards =
        IntStream.range(0, count)
            .mapToObj(i -> card("acme", "c" + i, version, "{\"brand\":\"b" + version + "\"}"))
            .toArray(CardChanged[]::new);
    return StatementCount.of(() -> parts.hear(cards));
  }
}
