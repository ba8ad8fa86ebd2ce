package io.cardloom.publishing.endpoint;

import io.cardloom.kit.db.Outdated;
import io.cardloom.kit.db.Reads;
import io.cardloom.kit.db.Tx;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What consumers reach under which names, remembered from search to search. Whoever answers by it
/// asks on the same way to the database whether it still is so.
public final class ServedEndpoints {
  private static final int REMEMBERED_MAX = 1_000;

  private final EndpointStore endpoints;
  private final Map<Served.Address, Served> remembered = new ConcurrentHashMap<>();

  public ServedEndpoints(EndpointStore endpoints) {
    this.endpoints = endpoints;
  }

  /// What is served there, or was: it holds once [#unchanged] says so. Empty where nothing is.
  public Optional<Served> find(Tx tx, Served.Address at) {
    Served known = remembered.get(at);
    if (known != null && tx.mayTrust()) return Optional.of(known);
    var found = endpoints.served(tx, at);
    if (found.isEmpty()) remembered.remove(at);
    else {
      if (remembered.size() >= REMEMBERED_MAX) remembered.clear();
      remembered.put(at, found.get());
    }
    return found;
  }

  /// Adds the question whether it is so still. What it gives back is run once that is sent.
  ///
  /// @throws Outdated by what it gives back, where something else is served now
  public Runnable unchanged(Reads reads, Served served) {
    var same = endpoints.unchanged(reads, served);
    return () -> {
      if (!same.getAsBoolean()) {
        throw new Outdated("what is served at " + served.endpoint().id());
      }
    };
  }

  /// The same, where nothing else is asked.
  public void confirm(Tx tx, Served served) throws SQLException {
    var reads = tx.reads();
    Runnable check = unchanged(reads, served);
    reads.send();
    check.run();
  }
}
