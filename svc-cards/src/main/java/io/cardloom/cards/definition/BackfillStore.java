package io.cardloom.cards.definition;

import static java.time.ZoneOffset.UTC;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Wake;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// What is still to be walked for definitions in state UPDATING, as rows of `backfill`: one for
/// each source, with the key that the walk has reached.
public final class BackfillStore {
  /// Wakes the loop that walks.
  public static final String CHANNEL = "backfill";

  private static final String LEAD =
      "SELECT pg_try_advisory_xact_lock(hashtext(current_schema()), hashtext('backfill')) AS leads";
  private static final String BEGIN =
      """
      INSERT INTO backfill (tenant, definition_id, source_id, after_key, correlation_id, failure, next_try_at)
      SELECT ?, ?, source, '', ?, '', ? FROM unnest(cast(? AS text[])) AS source
      """;
  private static final String NEXT =
      """
      SELECT tenant, definition_id, source_id, after_key, correlation_id
        FROM backfill
       WHERE next_try_at <= ?
       ORDER BY next_try_at, tenant, definition_id, source_id
       LIMIT 1
      """;
  private static final String MOVE =
      """
      UPDATE backfill SET after_key = ?, failure = ''
       WHERE tenant = ? AND definition_id = ? AND source_id = ?
      """;
  private static final String POSTPONE =
      """
      UPDATE backfill SET failure = ?, next_try_at = ?
       WHERE tenant = ? AND definition_id = ? AND source_id = ?
      """;
  private static final String END =
      "DELETE FROM backfill WHERE tenant = ? AND definition_id = ? AND source_id = ?";
  private static final String GOES_ON =
      "SELECT 1 FROM backfill WHERE tenant = ? AND definition_id = ? LIMIT 1";
  private static final String FAILURE =
      """
      SELECT failure FROM backfill
       WHERE tenant = ? AND definition_id = ? AND source_id = ? AND failure <> ''
      """;

  /// A source to be walked.
  ///
  /// @param afterKey keys up to this one are done
  /// @param correlationId of the activation; the cards it builds carry it
  public record Walk(
      DefinitionId definition, String source, String afterKey, String correlationId) {}

  /// Takes the right to walk until the transaction ends; false when another instance has it.
  public boolean lead(Tx tx) {
    return tx.one(LEAD, row -> row.column("leads").getBoolean()).orElse(false);
  }

  /// Asks for every source of the definition to be walked, and wakes the walker at commit.
  void begin(Tx tx, CardDefinition definition, String correlationId, Instant now)
      throws SQLException {
    tx.update(
        BEGIN,
        definition.id().tenant(),
        definition.id().id(),
        correlationId,
        now.atOffset(UTC),
        tx.array("text", definition.sources().toArray()));
    Wake.at(tx, CHANNEL);
  }

  /// The walk that has waited longest.
  public Optional<Walk> next(Tx tx, Instant now) {
    return tx.one(
        NEXT,
        row ->
            new Walk(
                new DefinitionId(
                    row.column("tenant").getString(), row.column("definition_id").getString()),
                row.column("source_id").getString(),
                row.column("after_key").getString(),
                row.column("correlation_id").getString()),
        now.atOffset(UTC));
  }

  /// Stores how far the walk is.
  public void move(Tx tx, Walk walk, String afterKey) {
    tx.update(MOVE, afterKey, walk.definition().tenant(), walk.definition().id(), walk.source());
  }

  /// Lets the walk wait, and keeps why.
  public void postpone(Tx tx, Walk walk, String failure, Instant until) {
    tx.update(
        POSTPONE,
        failure,
        until.atOffset(UTC),
        walk.definition().tenant(),
        walk.definition().id(),
        walk.source());
  }

  /// Ends the walk. Returns whether it was the definition's last.
  public boolean end(Tx tx, Walk walk) {
    DefinitionId id = walk.definition();
    tx.update(END, id.tenant(), id.id(), walk.source());
    return tx.one(GOES_ON, _ -> true, id.tenant(), id.id()).isEmpty();
  }

  /// Why the walk of a source waits, or empty.
  public String failure(Tx tx, DefinitionId id, String source) {
    return tx.one(FAILURE, row -> row.column("failure").getString(), id.tenant(), id.id(), source)
        .orElse("");
  }
}
