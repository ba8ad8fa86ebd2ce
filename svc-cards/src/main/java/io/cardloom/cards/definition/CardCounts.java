package io.cardloom.cards.definition;

import io.cardloom.kit.db.Tx;
import java.sql.SQLException;
import java.util.Map;

/// How many cards the definitions of a workspace have; those without any may be absent.
@FunctionalInterface
public interface CardCounts {
  Map<String, Long> of(Tx tx, String tenant) throws SQLException;
}
