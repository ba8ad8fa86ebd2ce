package io.cardloom.publishing.queue;

import static io.cardloom.publishing.FakeCards.card;
import static io.cardloom.publishing.FakeCards.gone;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.index.CollectionId;
import io.cardloom.index.Document;
import io.cardloom.index.DocumentIndex;
import io.cardloom.index.PostgresIndex;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.testing.FreshSchema;
import io.cardloom.proto.common.v1.CardRef;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.NumberFilter;
import io.cardloom.proto.common.v1.Stage;
import io.cardloom.proto.common.v1.StageStatus;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.publishing.Parts;
import io.cardloom.publishing.queue.QueueStore.CardAt;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

@FreshSchema({"db/kit", "db/index", "db/publishing"})
final class IndexingTest {
  private static final String PRODUCTS = "shop.v1.products";

  /// A clock that tests move.
  private static final class Ticking extends Clock {
    private Instant now = Instant.now();

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /// The real index, which fails in the database, as a bad value would, while a poisoned key is in
  /// the batch.
  private static DocumentIndex poisoned(Set<String> keys) {
    var real = new PostgresIndex();
    return (DocumentIndex)
        Proxy.newProxyInstance(
            IndexingTest.class.getClassLoader(),
            new Class<?>[] {DocumentIndex.class},
            (_, method, arguments) -> {
              if (method.getName().equals("apply") && holds(arguments[2], keys)) {
                breakStatement((Tx) arguments[0]);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  @SuppressWarnings("unchecked")
  private static boolean holds(Object batch, Set<String> keys) {
    return ((List<Document>) batch).stream().anyMatch(document -> keys.contains(document.key()));
  }

  private static void breakStatement(Tx tx) {
    try (var statement = tx.jdbc().createStatement()) {
      statement.execute("SELECT 1 / 0");
    } catch (SQLException failure) {
      throw new IllegalStateException("index: " + failure.getMessage(), failure);
    }
  }

  private static QueueStore.State state(Parts parts, String card) {
    var at = new CardAt(PRODUCTS, card);
    var states = parts.db.inTx("acme", tx -> parts.queue.states(tx, "acme", List.of(at)));
    return java.util.Objects.requireNonNull(states.get(at), card);
  }

  private static long events(Db db) {
    return db.<Long>acrossTenants(tx ->
        tx.one("SELECT count(*) AS n FROM outbox", row -> row.column("n").getLong()).orElseThrow());
  }

  private static CardChanged branded(String id, long version, String brand) {
    return card("acme", id, version, "{\"brand\":\"" + brand + "\"}");
  }

  @Test
  void ofSeveralVersionsInOnePollTheNewestCounts(Db db) {
    try (var parts = new Parts(db)) {
      parts.served();
      parts.hear(branded("a", 2, "two"), branded("a", 3, "three"), branded("a", 1, "one"));
      assertThat(parts.rows("v1", "products"))
          .containsExactly(Map.entry("a", "{\"id\":\"a\",\"brand\":\"three\"}"));
      assertThat(state(parts, "a"))
          .satisfies(item -> {
            assertThat(item.version()).isEqualTo(3);
            assertThat(item.status()).isEqualTo("completed");
          });
      assertThat(events(db)).isEqualTo(1);
    }
  }

  @Test
  void aRepeatOrAnOlderVersionChangesAndTellsNothing(Db db) {
    try (var parts = new Parts(db)) {
      parts.served();
      parts.hear(branded("a", 5, "new"));
      Instant finished = state(parts, "a").at();
      parts.hear(branded("a", 5, "new"));
      parts.hear(branded("a", 4, "old"));
      parts.hear(gone("acme", "a", 3));
      assertThat(parts.rows("v1", "products").get("a")).contains("new");
      assertThat(state(parts, "a").at()).isEqualTo(finished);
      assertThat(events(db)).isEqualTo(1);
    }
  }

  @Test
  void aPoisonedItemIsSetAsideAndTriedAgainWithoutHoldingUpTheRest(Db db) {
    var clock = new Ticking();
    Set<String> poison = ConcurrentHashMap.newKeySet();
    poison.add("c17");
    try (var parts = new Parts(db, poisoned(poison), clock)) {
      parts.served();
      var events = new ArrayList<CardChanged>();
      for (int i = 0; i < 64; i++) events.add(branded("c" + i, 1, "b" + i));
      events.add(card("acme", "notJson", 1, "{broken"));
      parts.hear(events.toArray(CardChanged[]::new));

      assertThat(parts.rows("v1", "products")).hasSize(63).doesNotContainKey("c17");
      assertThat(state(parts, "c17").error()).contains("division by zero");
      assertThat(state(parts, "notJson").error()).contains("not a body");

      var retry = retry(parts, clock);
      assertThat(retry.retry()).as("not due yet").isZero();
      clock.pass(Duration.ofSeconds(2));
      assertThat(retry.retry()).isEqualTo(2);
      assertThat(state(parts, "c17").attempts()).isEqualTo(2);

      poison.clear();
      clock.pass(Duration.ofSeconds(5));
      assertThat(retry.retry()).isEqualTo(2);
      assertThat(parts.rows("v1", "products")).hasSize(64).containsKey("c17");
      assertThat(state(parts, "c17").status()).isEqualTo("completed");
    }
  }

  @Test
  void anItemIsGivenUpAfterItsLastTryAndANewerVersionHealsIt(Db db) {
    var clock = new Ticking();
    try (var parts = new Parts(db, new PostgresIndex(), clock)) {
      parts.served();
      parts.hear(card("acme", "a", 1, "{broken"));
      var retry = retry(parts, clock);
      for (int tries = 2; tries <= Settled.ATTEMPTS_MAX; tries++) {
        assertThat(state(parts, "a").status()).isEqualTo("pending");
        clock.pass(Duration.ofMinutes(2));
        assertThat(retry.retry()).isEqualTo(1);
      }
      assertThat(state(parts, "a").status()).isEqualTo("failed");
      clock.pass(Duration.ofHours(1));
      assertThat(retry.retry()).as("given up").isZero();
      assertThat(stages(parts, "a", 1))
          .extracting(Stage::getStatus)
          .containsOnly(StageStatus.STAGE_STATUS_FAILED);

      parts.hear(card("acme", "a", 1, "{broken"));
      assertThat(state(parts, "a").status()).as("a repeat does not revive it").isEqualTo("failed");

      parts.hear(branded("a", 2, "whole"));
      assertThat(state(parts, "a").status()).isEqualTo("completed");
      assertThat(parts.rows("v1", "products")).containsOnlyKeys("a");
    }
  }

  @Test
  void aNewerPendingVersionReplacesAnOlderOne(Db db) {
    var clock = new Ticking();
    Set<String> poison = ConcurrentHashMap.newKeySet();
    poison.add("a");
    try (var parts = new Parts(db, poisoned(poison), clock)) {
      parts.served();
      parts.hear(branded("a", 1, "one"));
      parts.hear(branded("a", 3, "three"));
      parts.hear(branded("a", 2, "two"));
      assertThat(state(parts, "a").version()).isEqualTo(3);
      poison.clear();
      clock.pass(Duration.ofMinutes(1));
      retry(parts, clock).retry();
      assertThat(parts.rows("v1", "products").get("a")).contains("three");
    }
  }

  @Test
  void aCardThatNoLongerMatchesLeavesAndComesBack(Db db) {
    var cheap =
        Filter.newBuilder().setProperty("price").setNumber(NumberFilter.newBuilder().setLt(100));
    try (var parts = new Parts(db)) {
      parts
          .destination()
          .version()
          .endpoint(Parts.endpointOf("shop.v1").addConditions(cheap).build())
          .activate("shop.v1");
      parts.hear(card("acme", "a", 1, "{\"price\":99.5}"));
      assertThat(parts.rows("v1", "products")).containsOnlyKeys("a");
      parts.hear(card("acme", "a", 2, "{\"price\":100}"));
      assertThat(parts.rows("v1", "products")).isEmpty();
      assertThat(stages(parts, "a", 2).getLast())
          .satisfies(stage -> {
            assertThat(stage.getStatus()).isEqualTo(StageStatus.STAGE_STATUS_SKIPPED);
            assertThat(stage.getDetail()).contains("does not match");
          });
      parts.hear(card("acme", "a", 3, "{\"price\":1}"));
      assertThat(parts.rows("v1", "products")).containsOnlyKeys("a");
      parts.hear(gone("acme", "a", 4));
      assertThat(parts.rows("v1", "products")).isEmpty();
    }
  }

  @Test
  void stagesTellWhatHasArrived(Db db) {
    try (var parts = new Parts(db)) {
      parts.served();
      parts.hear(branded("a", 7, "x"));
      assertThat(stages(parts, "a", 7))
          .allSatisfy(stage -> {
            assertThat(stage.getStatus()).isEqualTo(StageStatus.STAGE_STATUS_DONE);
            assertThat(stage.getTarget()).isEqualTo(PRODUCTS);
            assertThat(stage.getVersion()).isEqualTo(7);
            assertThat(stage.getLagSeconds()).isBetween(-1.0, 60.0);
          })
          .extracting(Stage::getStage)
          .containsExactly("queue", "destination");
      assertThat(stages(parts, "a", 8))
          .extracting(Stage::getStatus)
          .containsOnly(StageStatus.STAGE_STATUS_PENDING);
      assertThat(stages(parts, "nobody", 1))
          .last()
          .satisfies(stage -> assertThat(stage.getDetail()).contains("no row"));
    }
  }

  @Test
  void completedItemsAreForgottenByAgeAndTheirRowsStay(Db db) throws InterruptedException {
    var clock = new Ticking();
    try (var parts = new Parts(db, new PostgresIndex(), clock)) {
      parts.served();
      parts.hear(branded("a", 1, "x"), card("acme", "bad", 1, "{broken"));
      clock.pass(Duration.ofDays(8));
      retry(parts, clock).once();
      assertThat(parts.rows("v1", "products")).containsOnlyKeys("a");
      long left =
          db.<Long>inTx(
              "acme",
              tx ->
                  tx.one("SELECT count(*) AS n FROM queue_item", row -> row.column("n").getLong())
                      .orElseThrow());
      assertThat(left).as("only what is not completed").isEqualTo(1);
      assertThat(stages(parts, "a", 1))
          .extracting(Stage::getStatus)
          .containsOnly(StageStatus.STAGE_STATUS_DONE);
    }
  }

  private static RetryLoop retry(Parts parts, Clock clock) {
    return new RetryLoop(
        parts.db, parts.endpoints, parts.queue, parts.indexing, Duration.ofDays(7), clock);
  }

  private static List<Stage> stages(Parts parts, String card, long version) {
    return parts
        .describeStages
        .run(
            parts.acme,
            StagesRequest.newBuilder()
                .addCards(
                    CardRef.newBuilder()
                        .setCardDefinitionId("products")
                        .setCardId(card)
                        .setVersion(version))
                .build())
        .getStagesList();
  }

  @Test
  void anotherWorkspacesCardsNeverShow(Db db) {
    try (var parts = new Parts(db)) {
      parts.served();
      parts.hear(branded("a", 1, "ours"), card("other", "a", 9, "{\"brand\":\"theirs\"}"));
      assertThat(parts.rows("v1", "products").get("a")).contains("ours");
      var ours = new CollectionId("acme", PRODUCTS);
      Map<String, Long> versions =
          db.inTx("acme", tx -> parts.index.versions(tx, ours, List.of("a")));
      assertThat(versions).containsEntry("a", 1L);
    }
  }
}
