package io.cardloom.cards.definition;

import static java.time.ZoneOffset.UTC;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.Next;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.common.v1.PropertyType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Card definitions as rows of `card_definition` and `card_property`. Every method joins the
/// caller's transaction.
public final class DefinitionStore {
  /// Most definitions of a workspace that one answer lists.
  private static final int LIST_MAX = 10_000;

  private static final String SELECT =
      """
      SELECT d.tenant, d.id, d.name, d.description, d.state, d.source_ids, d.title_property, d.version,
             d.created_at, d.updated_at,
             p.identifier, p.name AS label, p.source_id, p.property_id, p.type
        FROM card_definition d
        JOIN card_property p ON p.tenant = d.tenant AND p.definition_id = d.id
      """;
  private static final String FIND = SELECT + "WHERE d.tenant = ? AND d.id = ? ORDER BY p.position";
  private static final String LOCK = FIND + " FOR UPDATE OF d";
  private static final String OF_SOURCE =
      SELECT
          + "WHERE d.tenant = ? AND d.source_ids @> ARRAY[cast(? AS text)] ORDER BY d.id, p.position";
  private static final String LIVE =
      SELECT
          + """
          WHERE d.tenant = ANY (?) AND d.source_ids && cast(? AS text[]) AND d.state <> 'DRAFT'
          ORDER BY d.tenant, d.id, p.position
          """;
  private static final String SUMMARIES =
      """
      SELECT id, name, state, source_ids FROM card_definition WHERE tenant = ? ORDER BY id LIMIT ?
      """;
  private static final String EXISTS = "SELECT 1 FROM card_definition WHERE tenant = ? AND id = ?";
  private static final String INSERT =
      """
      INSERT INTO card_definition (tenant, id, name, description, state, source_ids, title_property, version,
                                   created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String INSERT_PROPERTIES =
      """
      INSERT INTO card_property (tenant, definition_id, position, identifier, name, source_id, property_id, type)
      SELECT ?, ?, position - 1, identifier, name, source_id, property_id, type
        FROM unnest(cast(? AS text[]), cast(? AS text[]), cast(? AS text[]), cast(? AS text[]), cast(? AS text[]))
             WITH ORDINALITY AS n (identifier, name, source_id, property_id, type, position)
      """;
  private static final String SET_STATE =
      """
      UPDATE card_definition SET state = ?, version = ?, updated_at = ? WHERE tenant = ? AND id = ?
      """;

  /// What the configuration graph shows of a definition.
  record Summary(String id, String name, DefinitionState state, List<String> sources) {}

  /// A definition, or empty.
  public Optional<CardDefinition> find(Tx tx, DefinitionId id) throws SQLException {
    return one(tx, FIND, id);
  }

  /// A definition.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` with the nearest id
  public CardDefinition require(Tx tx, DefinitionId id) throws SQLException {
    var found = find(tx, id);
    if (found.isEmpty()) throw notFound(tx, id).exception();
    return found.get();
  }

  /// A definition, locked until the transaction ends.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException `NotFound` with the nearest id
  CardDefinition lock(Tx tx, DefinitionId id) throws SQLException {
    var found = one(tx, LOCK, id);
    if (found.isEmpty()) throw notFound(tx, id).exception();
    return found.get();
  }

  private Problem notFound(Tx tx, DefinitionId id) throws SQLException {
    List<String> known = summaries(tx, id.tenant()).stream().map(Summary::id).toList();
    return new Problem.NotFound(
        "card definition",
        id.id(),
        Nearest.of(id.id(), known),
        List.of(new Next("list_configuration", "{}", "shows the card definitions there are")));
  }

  /// The definitions whose cards follow changes and that take one of these sources in one of these
  /// workspaces; a few more may be among them.
  public List<CardDefinition> live(Tx tx, Collection<String> tenants, Collection<String> sources)
      throws SQLException {
    try (var statement = tx.jdbc().prepareStatement(LIVE)) {
      statement.setArray(1, tx.array("text", tenants.toArray()));
      statement.setArray(2, tx.array("text", sources.toArray()));
      return read(statement);
    }
  }

  /// The definitions, in any state, that take a source.
  public List<CardDefinition> ofSource(Tx tx, String tenant, String source) throws SQLException {
    try (var statement = tx.jdbc().prepareStatement(OF_SOURCE)) {
      statement.setString(1, tenant);
      statement.setString(2, source);
      return read(statement);
    }
  }

  /// The definitions of a workspace, without their properties.
  List<Summary> summaries(Tx tx, String tenant) throws SQLException {
    try (var statement = tx.jdbc().prepareStatement(SUMMARIES)) {
      statement.setString(1, tenant);
      statement.setInt(2, LIST_MAX);
      var summaries = new ArrayList<Summary>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          summaries.add(
              new Summary(
                  row.getString("id"),
                  row.getString("name"),
                  DefinitionState.valueOf(row.getString("state")),
                  texts(row, "source_ids")));
        }
      }
      return summaries;
    }
  }

  boolean exists(Tx tx, DefinitionId id) {
    return tx.one(EXISTS, _ -> true, id.tenant(), id.id()).orElse(false);
  }

  void insert(Tx tx, CardDefinition definition) throws SQLException {
    DefinitionId id = definition.id();
    tx.update(
        INSERT,
        id.tenant(),
        id.id(),
        definition.name(),
        definition.description(),
        definition.state().name(),
        tx.array("text", definition.sources().toArray()),
        definition.titleProperty(),
        definition.version(),
        definition.createdAt().atOffset(UTC),
        definition.updatedAt().atOffset(UTC));
    var properties = definition.properties();
    tx.update(
        INSERT_PROPERTIES,
        id.tenant(),
        id.id(),
        tx.array("text", properties.stream().map(CardProperty::identifier).toArray()),
        tx.array("text", properties.stream().map(CardProperty::name).toArray()),
        tx.array("text", properties.stream().map(CardProperty::source).toArray()),
        tx.array("text", properties.stream().map(CardProperty::property).toArray()),
        tx.array("text", properties.stream().map(one -> one.type().name()).toArray()));
  }

  /// Stores state, version and time of a change.
  public void setState(
      Tx tx, DefinitionId id, DefinitionState state, long version, Instant updatedAt) {
    tx.update(SET_STATE, state.name(), version, updatedAt.atOffset(UTC), id.tenant(), id.id());
  }

  private Optional<CardDefinition> one(Tx tx, String sql, DefinitionId id) throws SQLException {
    try (var statement = tx.jdbc().prepareStatement(sql)) {
      statement.setString(1, id.tenant());
      statement.setString(2, id.id());
      return read(statement).stream().findFirst();
    }
  }

  /// Folds the rows, one a property, into definitions.
  private static List<CardDefinition> read(PreparedStatement statement) throws SQLException {
    var definitions = new ArrayList<CardDefinition>();
    try (ResultSet row = statement.executeQuery()) {
      boolean more = row.next();
      while (more) {
        var id = new DefinitionId(row.getString("tenant"), row.getString("id"));
        String name = row.getString("name");
        String description = row.getString("description");
        var state = DefinitionState.valueOf(row.getString("state"));
        List<String> sources = texts(row, "source_ids");
        String title = row.getString("title_property");
        long version = row.getLong("version");
        Instant createdAt = instant(row, "created_at");
        Instant updatedAt = instant(row, "updated_at");
        var properties = new ArrayList<CardProperty>();
        do {
          properties.add(property(row));
          more = row.next();
        } while (more
            && id.id().equals(row.getString("id"))
            && id.tenant().equals(row.getString("tenant")));
        definitions.add(
            new CardDefinition(
                id,
                name,
                description,
                state,
                sources,
                properties,
                title,
                version,
                createdAt,
                updatedAt));
      }
    }
    return definitions;
  }

  private static CardProperty property(ResultSet row) throws SQLException {
    return new CardProperty(
        row.getString("identifier"),
        row.getString("label"),
        row.getString("source_id"),
        row.getString("property_id"),
        PropertyType.valueOf(row.getString("type")));
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
