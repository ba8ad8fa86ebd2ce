package io.cardloom.local.rows;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// One row of a file.
public sealed interface Row {
  /// Line on which it begins, from 1.
  long line();

  /// @param values flat, by property id; empty cells of CSV are left out
  record Read(long line, Map<String, JsonNode> values) implements Row {}

  /// A row that is not what the format says.
  record Unreadable(long line, String why) implements Row {}
}
