package io.cardloom.cards.card;

import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.EventLoop;
import io.cardloom.proto.events.v1.EntryChanged;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/// Hears what happens to entries and brings their cards up to it.
public final class EntryEvents implements EventLoop.Handler<EntryChanged> {
  private final BuildCards build;

  public EntryEvents(BuildCards build) {
    this.build = build;
  }

  @Override
  public void handle(Tx tx, List<EntryChanged> events) throws SQLException, IOException {
    build.run(tx, events.stream().map(EntryChange::of).toList());
  }
}
