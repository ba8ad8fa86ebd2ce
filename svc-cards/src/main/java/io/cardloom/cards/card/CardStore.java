package io.cardloom.cards.card;

import io.cardloom.cards.definition.DefinitionId;
import io.cardloom.index.Body;
import io.cardloom.kit.db.Tx;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Cards as rows of `card`. Every method joins the caller's transaction.
public final class CardStore {
  private static final String COLUMNS =
      "version, deleted, source_versions, body, accepted_at_micros, updated_at";

  /// One probe of the primary key for each card wanted, in their order: the order of the locks.
  private static final String LOCK =
      """
      SELECT wanted.position, card.*
        FROM unnest(cast(? AS text[]), cast(? AS text[]), cast(? AS text[]))
             WITH ORDINALITY AS wanted (tenant, definition_id, key, position)
       CROSS JOIN LATERAL (
             SELECT version, deleted, source_versions, body, accepted_at_micros
               FROM card
              WHERE tenant = wanted.tenant AND definition_id = wanted.definition_id AND key = wanted.key
                FOR UPDATE) AS card
      """;

  private static final String CHANGED =
      """
        FROM unnest(cast(? AS text[]), cast(? AS text[]), cast(? AS text[]), cast(? AS bigint[]),
                    cast(? AS boolean[]), cast(? AS text[]), cast(? AS bytea[]), cast(? AS bigint[]))
             AS changed (tenant, definition_id, key, version, deleted, source_versions, body,
                         accepted_at_micros)
      """;
  private static final String INSERT =
      """
      INSERT INTO card (tenant, definition_id, key, version, deleted, source_versions, body, accepted_at_micros)
      SELECT tenant, definition_id, key, version, deleted, cast(source_versions AS bigint[]), body,
             accepted_at_micros
      """
          + CHANGED;
  private static final String UPDATE =
      """
      UPDATE card
         SET version = changed.version, deleted = changed.deleted,
             source_versions = cast(changed.source_versions AS bigint[]), body = changed.body,
             accepted_at_micros = changed.accepted_at_micros, updated_at = clock_timestamp()
      """
          + CHANGED
          + """
           WHERE card.tenant = changed.tenant AND card.definition_id = changed.definition_id
             AND card.key = changed.key
          """;
  private static final String FIND =
      "SELECT " + COLUMNS + " FROM card WHERE tenant = ? AND definition_id = ? AND key = ?";
  private static final String SCAN =
      """
      SELECT key, version, deleted, source_versions, body, accepted_at_micros
        FROM card
       WHERE tenant = ? AND definition_id = ? AND key > ? AND NOT deleted
       ORDER BY key
       LIMIT ?
      """;
  private static final String COUNT =
      """
      SELECT definition_id, count(*) AS cards FROM card
       WHERE tenant = ? AND NOT deleted
       GROUP BY definition_id
      """;

  /// A card and when its row was last written.
  record Stored(Card card, Instant updatedAt) {}

  /// The rows that exist of these cards, locked until the transaction ends in the order given.
  Map<CardKey, Card> lock(Tx tx, List<CardKey> keys) throws SQLException {
    var cards = HashMap.<CardKey, Card>newHashMap(keys.size());
    try (var statement = tx.jdbc().prepareStatement(LOCK)) {
      bindKeys(tx, statement, keys);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          CardKey key = keys.get((int) row.getLong("position") - 1);
          cards.put(key, card(row, key));
        }
      }
    }
    return cards;
  }

  /// Writes cards that have no row yet.
  void insert(Tx tx, List<Card> cards) throws SQLException {
    write(INSERT, tx, cards);
  }

  /// Writes cards whose rows this transaction has locked.
  void update(Tx tx, List<Card> cards) throws SQLException {
    write(UPDATE, tx, cards);
  }

  private static void write(String text, Tx tx, List<Card> cards) throws SQLException {
    if (cards.isEmpty()) return;
    int size = cards.size();
    var versions = new Long[size];
    var deleted = new Boolean[size];
    var sources = new String[size];
    var bodies = new byte[size][];
    var acceptedAt = new Long[size];
    for (int i = 0; i < size; i++) {
      Card card = cards.get(i);
      versions[i] = card.version();
      deleted[i] = card.deleted();
      sources[i] = card.sources().toArrayText();
      bodies[i] = card.json();
      acceptedAt[i] = card.acceptedAtMicros();
    }
    try (var statement = tx.jdbc().prepareStatement(text)) {
      int at = bindKeys(tx, statement, cards.stream().map(Card::key).toList());
      statement.setArray(at++, tx.array("int8", versions));
      statement.setArray(at++, tx.array("bool", deleted));
      statement.setArray(at++, tx.array("text", sources));
      statement.setArray(at++, tx.array("bytea", bodies));
      statement.setArray(at, tx.array("int8", acceptedAt));
      statement.executeUpdate();
    }
  }

  /// One card, deleted ones too.
  Optional<Stored> find(Tx tx, CardKey key) throws SQLException {
    try (var statement = tx.jdbc().prepareStatement(FIND)) {
      statement.setString(1, key.definition().tenant());
      statement.setString(2, key.definition().id());
      statement.setString(3, key.key());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) return Optional.empty();
        return Optional.of(
            new Stored(
                card(row, key), row.getObject("updated_at", OffsetDateTime.class).toInstant()));
      }
    }
  }

  /// The definition's cards that exist, in key order after `afterKey`.
  List<Card> scan(Tx tx, DefinitionId definition, String afterKey, int limit) throws SQLException {
    var cards = new ArrayList<Card>(limit);
    try (var statement = tx.jdbc().prepareStatement(SCAN)) {
      statement.setString(1, definition.tenant());
      statement.setString(2, definition.id());
      statement.setString(3, afterKey);
      statement.setInt(4, limit);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          cards.add(card(row, new CardKey(definition, row.getString("key"))));
        }
      }
    }
    return cards;
  }

  /// Cards that exist, by definition.
  public Map<String, Long> counts(Tx tx, String tenant) {
    var counts = new HashMap<String, Long>();
    tx.list(
            COUNT,
            row -> Map.entry(row.column(1).getString(), row.column("cards").getLong()),
            tenant)
        .forEach(count -> counts.put(count.getKey(), count.getValue()));
    return counts;
  }

  /// Binds the keys as three arrays; returns the next parameter's number.
  private static int bindKeys(Tx tx, PreparedStatement statement, List<CardKey> keys)
      throws SQLException {
    int size = keys.size();
    var tenants = new String[size];
    var definitions = new String[size];
    var names = new String[size];
    for (int i = 0; i < size; i++) {
      CardKey key = keys.get(i);
      tenants[i] = key.definition().tenant();
      definitions[i] = key.definition().id();
      names[i] = key.key();
    }
    statement.setArray(1, tx.array("text", tenants));
    statement.setArray(2, tx.array("text", definitions));
    statement.setArray(3, tx.array("text", names));
    return 4;
  }

  private static Card card(ResultSet row, CardKey key) throws SQLException {
    byte[] json = row.getBytes("body");
    return new Card(
        key,
        row.getLong("version"),
        row.getBoolean("deleted"),
        sources(row),
        Body.parse(json),
        json,
        row.getLong("accepted_at_micros"),
        "");
  }

  private static SourceVersions sources(ResultSet row) throws SQLException {
    return new SourceVersions(List.of((Long[]) row.getArray("source_versions").getArray()));
  }
}
