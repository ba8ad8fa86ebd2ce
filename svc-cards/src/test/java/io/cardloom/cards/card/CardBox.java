package io.cardloom.cards.card;

import static io.cardloom.cards.testing.FakeIngest.event;

import io.cardloom.cards.definition.ActivateCardDefinition;
import io.cardloom.cards.definition.BackfillStore;
import io.cardloom.cards.definition.CardDefinition;
import io.cardloom.cards.definition.CardProperty;
import io.cardloom.cards.definition.DefinitionId;
import io.cardloom.cards.definition.DefinitionStore;
import io.cardloom.cards.definition.Definitions;
import io.cardloom.cards.definition.SourceSchemas;
import io.cardloom.cards.testing.FakeIngest;
import io.cardloom.index.DocumentIndex;
import io.cardloom.index.PostgresIndex;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.cards.v1.ActivateCardDefinitionRequest;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.events.v1.CardChanged;
import io.cardloom.proto.events.v1.EntryChanged;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/// The parts of svc-cards without its servers, on one schema, for the workspace `acme`.
final class CardBox {
  static final String TENANT = "acme";

  final Db db;
  final DefinitionStore definitions = new DefinitionStore();
  final BackfillStore backfills = new BackfillStore();
  final CardStore cards = new CardStore();
  final DocumentIndex index = new PostgresIndex();
  final BuildCards build = new BuildCards(definitions, cards, index, new Outbox());

  CardBox(Db db) {
    this.db = db;
  }

  /// Stores a draft whose card properties `SOURCE_PROPERTY` are given as `source.property`.
  CardDefinition draft(String id, List<String> sources, String... properties) {
    return Definitions.store(db, definition(id, sources, properties));
  }

  /// The same, following changes already.
  CardDefinition live(String id, List<String> sources, String... properties) {
    return Definitions.live(db, index, definition(id, sources, properties));
  }

  private static CardDefinition definition(String id, List<String> sources, String... properties) {
    var mapped = new ArrayList<CardProperty>();
    for (String property : properties) {
      String[] parts = property.split("\\.", 2);
      mapped.add(
          new CardProperty(
              parts[0] + "_" + parts[1],
              property,
              parts[0],
              parts[1],
              PropertyType.PROPERTY_TYPE_TEXT));
    }
    return Definitions.draft(new DefinitionId(TENANT, id), sources, mapped);
  }

  void activate(String id, Peer ingest, Clock clock) {
    new ActivateCardDefinition(db, definitions, backfills, index, new SourceSchemas(ingest), clock)
        .run(
            TestKeys.everything(TENANT),
            ActivateCardDefinitionRequest.newBuilder().setCardDefinitionId(id).build());
  }

  Backfill backfill(Peer ingest, Clock clock, int pageRows) throws SQLException {
    return new Backfill(db, definitions, backfills, build, ingest, clock, pageRows);
  }

  /// Handles one poll of events; returns how many cards changed.
  int handle(EntryChanged... events) {
    return handle(List.of(events));
  }

  int handle(List<EntryChanged> events) {
    var changed = new ArrayList<Card>();
    db.useTx(tx -> {
      changed.clear();
      EventLoop.handle(
          tx,
          events,
          EntryChanged::getTenant,
          (all, some) ->
              changed.addAll(
                  build.run(all, Lane.PROMPT, some.stream().map(EntryChange::of).toList())));
    });
    return changed.size();
  }

  /// Walks until a definition is active; on a busy machine a page may be asked for twice.
  void walkUntilActive(String definition, Peer ingest, Clock clock, int pageRows)
      throws SQLException {
    try (var backfill = backfill(ingest, clock, pageRows)) {
      walkUntilActive(definition, backfill);
    }
  }

  void walkUntilActive(String definition, Backfill backfill) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInSameThread()
        .pollInterval(Duration.ZERO)
        .until(() -> {
          if (state(definition).equals("ACTIVE")) return true;
          backfill.once();
          return false;
        });
  }

  EntryChanged entry(String source, String key, long version, String json) {
    return event(TENANT, source, key, version, json);
  }

  String state(String definition) {
    return db.inTx(
        "acme", tx -> definitions.require(tx, new DefinitionId(TENANT, definition)).state().name());
  }

  /// Key to body of the cards that exist.
  Map<String, String> cards(String definition) {
    return db.inTx(
        "acme",
        tx -> {
          var bodies = new TreeMap<String, String>();
          for (Card card : cards.scan(tx, new DefinitionId(TENANT, definition), "", 1_000)) {
            bodies.put(card.key().key(), utf8(card.json()));
          }
          return bodies;
        });
  }

  /// Key to version and body of what the index finds.
  Map<String, String> indexed(String definition) {
    return db.inTx(
        "acme",
        tx -> {
          var bodies = new TreeMap<String, String>();
          var id = new DefinitionId(TENANT, definition);
          for (var hit : index.scan(tx, id.collection(), "", 1_000)) {
            bodies.put(hit.key(), hit.version() + " " + utf8(hit.body()));
          }
          return bodies;
        });
  }

  /// Key to version and body of the cards that exist.
  Map<String, String> versioned(String definition) {
    return db.inTx(
        "acme",
        tx -> {
          var bodies = new TreeMap<String, String>();
          for (Card card : cards.scan(tx, new DefinitionId(TENANT, definition), "", 1_000)) {
            bodies.put(card.key().key(), card.version() + " " + utf8(card.json()));
          }
          return bodies;
        });
  }

  /// Every event told so far, in order.
  List<CardChanged> told() {
    return db.acrossTenants(tx -> {
      var events = new ArrayList<CardChanged>();
      try (var statement = tx.jdbc().prepareStatement("SELECT payload FROM outbox ORDER BY id");
          var row = statement.executeQuery()) {
        while (row.next()) events.add(CardChanged.parseFrom(row.getBytes(1)));
      }
      return events;
    });
  }

  static FakeIngest ingest() {
    return new FakeIngest()
        .source(TENANT, "a", List.of(), "x", "y", "z")
        .source(TENANT, "b", List.of("a"), "x", "y", "z");
  }

  private static String utf8(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
