package io.cardloom.publishing.queue;

import io.cardloom.index.CollectionId;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Wake;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.run.Loop;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.publishing.endpoint.Cards;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.endpoint.EndpointStore;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fills the endpoints of a version that became active from the cards there are, a page of
/// svc-cards a transaction. Goes on where it was after a restart; a lock on the position's row
/// keeps two instances from doing the same. Live changes meanwhile win by their version.
public final class BackfillLoop implements Loop.Body {
  private static final Logger log = LoggerFactory.getLogger(BackfillLoop.class);

  /// Cards of one page.
  private static final int PAGE_CARDS = 1_000;

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Db db;
  private final EndpointStore endpoints;
  private final BackfillStore backfills;
  private final Cards cards;
  private final Indexing indexing;
  private final Clock clock;
  private final Wake wake;

  public BackfillLoop(
      Db db,
      EndpointStore endpoints,
      BackfillStore backfills,
      Cards cards,
      Indexing indexing,
      Clock clock)
      throws SQLException {
    this.db = db;
    this.endpoints = endpoints;
    this.backfills = backfills;
    this.cards = cards;
    this.indexing = indexing;
    this.clock = clock;
    this.wake = Wake.on(db, BackfillStore.CHANNEL);
  }

  @Override
  public int once() throws SQLException {
    int pages = 0;
    try {
      pages = db.acrossTenants(this::page);
    } catch (ProblemException problem) {
      if (!(problem.problem() instanceof Problem.Unavailable)) throw problem;
      log.info("filling waits: {}", problem.getMessage());
    }
    if (pages == 0) wake.await(LOOK_EVERY);
    return pages;
  }

  private int page(Tx tx) throws Exception {
    var open = backfills.open(tx);
    if (open.isEmpty()) return 0;
    CollectionId id = open.get();
    tx.actFor(id.tenant());
    // The version first, as the one who stops it does: the same order of locks everywhere.
    List<Endpoint> live = endpoints.live(tx, List.of(id));
    if (live.isEmpty()) {
      backfills.drop(tx, id.tenant(), List.of(id.name()));
      return 1;
    }
    var position = backfills.take(tx, id);
    if (position.isEmpty()) return 0;

    Endpoint endpoint = live.getFirst();
    String after = position.get().afterKey();
    ScanResponse page = cards.scan(id.tenant(), endpoint.cardDefinitionId(), after, PAGE_CARDS);
    var items =
        page.getDocumentsList().stream()
            .map(card -> item(id, card, position.get().correlationId()))
            .toList();
    indexing.run(tx, live, items, Indexing.Source.BACKFILL);
    boolean finished = page.getLast() || items.isEmpty();
    String reached = items.isEmpty() ? after : items.getLast().cardId();
    backfills.advance(tx, id, reached, items.size(), finished, clock.instant());
    if (finished) log.info("endpoint {} of {} is filled", id.name(), id.tenant());
    return 1;
  }

  private static QueueItem item(CollectionId endpoint, ScannedDocument card, String correlationId) {
    return new QueueItem(
        endpoint,
        card.getKey(),
        card.getVersion(),
        false,
        card.getBody(),
        card.getAcceptedAtMicros(),
        correlationId,
        0);
  }

  @Override
  public void close() {
    wake.close();
  }
}
