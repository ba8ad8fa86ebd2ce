package io.cardloom.cards.card;

import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.cards.definition.CardDefinition;
import io.cardloom.cards.definition.DefinitionId;
import io.cardloom.cards.definition.DefinitionStore;
import io.cardloom.index.Body;
import io.cardloom.index.Document;
import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.Outbox;
import io.cardloom.kit.event.OutboxEvent;
import io.cardloom.kit.event.Topics;
import io.cardloom.proto.events.v1.CardChanged;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// The merge rule: brings the cards up to what entries say. Rows, index and events commit together.
///
/// A state that a card has passed changes nothing, so repeats, late events and backfills may come
/// in any order. The number of statements of a batch depends on its definitions only.
public final class BuildCards {
  /// Most changes of one batch: what the index takes at once.
  public static final int BATCH_MAX = 2_000;

  private final DefinitionStore definitions;
  private final CardStore cards;
  private final DocumentIndex index;
  private final Outbox outbox;

  public BuildCards(
      DefinitionStore definitions, CardStore cards, DocumentIndex index, Outbox outbox) {
    this.definitions = definitions;
    this.cards = cards;
    this.index = index;
    this.outbox = outbox;
  }

  private record Source(String tenant, String id) {
    static Source of(EntryChange change) {
      return new Source(change.entry().tenant(), change.entry().source());
    }
  }

  /// A change on its way into one card.
  private record Arrival(Feed feed, EntryChange change, Body body) {}

  /// Applies at most [#BATCH_MAX] changes. Returns the cards that others see changed.
  ///
  /// @param lane in which the changes came and others are told
  List<Card> run(Tx tx, Lane lane, List<EntryChange> changes) throws SQLException, IOException {
    Collection<EntryChange> newest = newest(changes);
    SortedMap<CardKey, List<Arrival>> arrivals = arrivals(feeds(tx, newest), newest);
    if (arrivals.isEmpty()) return List.of();
    Map<CardKey, Card> stored = cards.lock(tx, List.copyOf(arrivals.keySet()));
    var created = new ArrayList<Card>();
    var changed = new ArrayList<Card>();
    var told = new ArrayList<Card>();
    arrivals.forEach((key, coming) -> {
      Card known = stored.get(key);
      Card before =
          known == null
              ? Card.unknown(key, coming.getFirst().feed().definition().sources().size())
              : known;
      Card after = before;
      for (Arrival arrival : coming) {
        after = after.with(arrival.feed(), arrival.change(), arrival.body());
      }
      after = after.toldAfter(before);
      if (after.storesMoreThan(before)) (known == null ? created : changed).add(after);
      if (after.differsFrom(before)) told.add(after);
    });
    cards.insert(tx, created);
    cards.update(tx, changed);
    index(tx, told);
    outbox.append(tx, lane, told.stream().map(BuildCards::event).toList());
    return told;
  }

  /// The newest state of each entry; the earlier ones of the batch need not be gone through.
  private static Collection<EntryChange> newest(List<EntryChange> changes) {
    var newest = LinkedHashMap.<EntryChange.Entry, EntryChange>newLinkedHashMap(changes.size());
    for (EntryChange change : changes) {
      newest.merge(change.entry(), change, (one, two) -> two.version() > one.version() ? two : one);
    }
    return newest.values();
  }

  /// What the sources of the batch give to which definitions.
  private Map<Source, List<Feed>> feeds(Tx tx, Collection<EntryChange> changes)
      throws SQLException {
    var tenants = new TreeSet<String>();
    var sources = new TreeSet<String>();
    for (EntryChange change : changes) {
      tenants.add(change.entry().tenant());
      sources.add(change.entry().source());
    }
    var feeds = new HashMap<Source, List<Feed>>();
    for (CardDefinition definition : definitions.live(tx, tenants, sources)) {
      for (String source : definition.sources()) {
        feeds
            .computeIfAbsent(new Source(definition.id().tenant(), source), _ -> new ArrayList<>())
            .add(Feed.of(definition, source));
      }
    }
    return feeds;
  }

  private static SortedMap<CardKey, List<Arrival>> arrivals(
      Map<Source, List<Feed>> feeds, Collection<EntryChange> changes) {
    var arrivals = new TreeMap<CardKey, List<Arrival>>();
    for (EntryChange change : changes) {
      List<Feed> fed = feeds.getOrDefault(Source.of(change), List.of());
      if (fed.isEmpty()) continue;
      Body body = change.body();
      for (Feed feed : fed) {
        arrivals
            .computeIfAbsent(
                new CardKey(feed.definition().id(), change.entry().key()), _ -> new ArrayList<>(1))
            .add(new Arrival(feed, change, body));
      }
    }
    return arrivals;
  }

  private void index(Tx tx, List<Card> told) {
    var documents = new TreeMap<DefinitionId, List<Document>>();
    for (Card card : told) {
      documents
          .computeIfAbsent(card.key().definition(), _ -> new ArrayList<>())
          .add(
              card.deleted()
                  ? Document.deleted(card.key().key(), card.version(), card.acceptedAtMicros())
                  : Document.of(
                      card.key().key(), card.version(), card.body(), card.acceptedAtMicros()));
    }
    documents.forEach((definition, batch) -> index.apply(tx, definition.collection(), batch));
  }

  private static OutboxEvent event(Card card) {
    DefinitionId definition = card.key().definition();
    var event =
        CardChanged.newBuilder()
            .setTenant(definition.tenant())
            .setCardDefinitionId(definition.id())
            .setCardId(card.key().key())
            .setVersion(card.version())
            .setDeleted(card.deleted())
            .setAcceptedAtMicros(card.acceptedAtMicros())
            .setCorrelationId(card.correlationId());
    if (!card.deleted()) event.setBody(UnsafeByteOperations.unsafeWrap(card.json()));
    return new OutboxEvent(
        Topics.CARD_CHANGED,
        OutboxEvent.key(definition.tenant(), definition.id(), card.key().key()),
        event.build().toByteArray(),
        card.correlationId());
  }
}
