package io.cardloom.publishing.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.db.Db;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.proto.publishing.v1.EndpointPropertyInput;
import io.cardloom.publishing.FakeCards;
import io.cardloom.publishing.Parts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories of cards, delivered with repeats, late versions and in odd batches, while
/// versions become active in between: whatever happened, rows equal what the cards imply.
@FreshSchema({"db/kit", "db/index", "db/publishing"})
final class RowsModelTest {
  private static final int STEPS = 120;
  private static final int CARDS = 25;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void rowsEqualWhatTheCardsImply(long seed, Db db) {
    var random = new Random(seed);
    var newest = new HashMap<String, CardChanged>();
    var sent = new ArrayList<CardChanged>();
    try (var parts = new Parts(db)) {
      parts.destination().version().endpoint(selection("shop.v1"));
      parts.version().endpoint(selection("shop.v2"));
      for (int step = 0; step < STEPS; step++) {
        var batch = new ArrayList<CardChanged>();
        for (int i = random.nextInt(8); i >= 0; i--) batch.add(next(random, parts, newest, sent));
        parts.hear(batch.toArray(CardChanged[]::new));
        if (step == STEPS / 4) parts.activate("shop.v1");
        if (step == STEPS / 2) parts.activate("shop.v2");
        if (step == STEPS * 2 / 3) parts.backfill();
      }
      var implied = implied(newest);
      assertThat(implied).isNotEmpty();
      assertThat(parts.rows("v1", "products")).as("seed " + seed).isEqualTo(implied);
      assertThat(parts.rows("v2", "products")).as("seed " + seed).isEqualTo(implied);
    }
  }

  private static io.cardloom.proto.publishing.v1.CreateEndpointRequest selection(String version) {
    return Parts.endpointOf(version)
        .addProperties(EndpointPropertyInput.newBuilder().setIdentifier("brand").setAs("maker"))
        .addProperties(EndpointPropertyInput.newBuilder().setIdentifier("stock"))
        .addConditions(
            Filter.newBuilder().setProperty("stock").setNumber(NumberFilter.newBuilder().setGte(3)))
        .build();
  }

  /// A new version of some card, or one that was sent before.
  private static CardChanged next(
      Random random, Parts parts, Map<String, CardChanged> newest, List<CardChanged> sent) {
    if (!sent.isEmpty() && random.nextInt(4) == 0) return sent.get(random.nextInt(sent.size()));
    String id = "c" + random.nextInt(CARDS);
    CardChanged before = newest.get(id);
    long version = before == null ? 1 : before.getVersion() + 1;
    int stock = random.nextInt(10);
    CardChanged event =
        random.nextInt(6) == 0
            ? FakeCards.gone("acme", id, version)
            : FakeCards.card(
                "acme", id, version, "{\"brand\":\"b" + version + "\",\"stock\":" + stock + "}");
    newest.put(id, event);
    sent.add(event);
    parts.svcCards.put(event);
    return event;
  }

  private static Map<String, String> implied(Map<String, CardChanged> newest) {
    var rows = new TreeMap<String, String>();
    newest.forEach((id, card) -> {
      if (card.getDeleted()) return;
      String body = card.getBody().toStringUtf8();
      int stock = Integer.parseInt(body.replaceAll(".*\"stock\":(\\d+).*", "$1"));
      if (stock < 3) return;
      rows.put(id, "{\"id\":\"" + id + "\"," + body.substring(1).replace("brand", "maker"));
    });
    return rows;
  }
}
