package io.cardloom.local.isolation;

import io.cardloom.kit.db.DbConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/// Waits until what calls have started in the background is done, so that the next call meets the
/// same with both twins.
final class Idle implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(60);

  /// What is under way, by service.
  private static final Map<String, String> UNDER_WAY =
      Map.of(
          "svc-ingest",
          """
          SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM property_conversion)
               + (SELECT count(*) FROM entry_import WHERE state = 1)
          """,
          "svc-cards",
          "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM backfill)",
          "svc-publishing",
          """
          SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM backfill WHERE finished_at IS NULL)
          """);

  private final Map<Connection, String> connections = new LinkedHashMap<>();

  Idle(Map<String, DbConfig> schemas) throws SQLException {
    for (var schema : schemas.entrySet()) {
      String statement = UNDER_WAY.get(schema.getKey());
      if (statement == null) continue;
      Connection connection = Rows.administrator(schema.getValue());
      connection.setSchema(schema.getValue().schema());
      connections.put(connection, statement);
    }
  }

  void await() {
    if (idle()) return;
    Awaitility.await().atMost(WAIT).pollInterval(Duration.ofMillis(10)).until(this::idle);
  }

  private boolean idle() {
    List<Long> counts = new ArrayList<>();
    connections.forEach((connection, statement) -> counts.add(count(connection, statement)));
    return counts.stream().allMatch(count -> count == 0);
  }

  private static long count(Connection connection, String text) {
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(text)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : connections.keySet()) connection.close();
  }
}
