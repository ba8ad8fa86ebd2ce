package io.cardloom.cards.card;

import io.cardloom.cards.definition.BackfillStore;
import io.cardloom.cards.definition.BackfillStore.Walk;
import io.cardloom.cards.definition.CardDefinition;
import io.cardloom.cards.definition.DefinitionState;
import io.cardloom.cards.definition.DefinitionStore;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Lane;
import io.cardloom.kit.event.Wake;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.run.Loop;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Walks the entries of definitions in state UPDATING, a page a step, and makes them ACTIVE at the
/// end.
///
/// One instance walks at a time. Page, cards and position commit together, so a crash repeats
/// nothing and skips nothing. When svc-ingest does not answer, the walk waits and says why.
public final class Backfill implements Loop.Body {
  private static final Logger log = LoggerFactory.getLogger(Backfill.class);

  /// How long to wait for a wake-up before looking anyway.
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /// Longest wait for a page; the transaction holds no row meanwhile.
  private static final Duration PAGE_WAIT = Duration.ofSeconds(10);

  /// How long a walk waits after svc-ingest refused it.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final Db db;
  private final DefinitionStore definitions;
  private final BackfillStore backfills;
  private final BuildCards build;
  private final Peer ingest;
  private final Clock clock;
  private final int pageRows;
  private final Wake wake;

  /// @param pageRows entries of one page and transaction, at most [BuildCards#BATCH_MAX]
  public Backfill(
      Db db,
      DefinitionStore definitions,
      BackfillStore backfills,
      BuildCards build,
      Peer ingest,
      Clock clock,
      int pageRows)
      throws SQLException {
    this.db = db;
    this.definitions = definitions;
    this.backfills = backfills;
    this.build = build;
    this.ingest = ingest;
    this.clock = clock;
    this.pageRows = pageRows;
    this.wake = Wake.on(db, BackfillStore.CHANNEL);
  }

  @Override
  public int once() throws SQLException {
    int walked = db.acrossTenants(this::step);
    if (walked == 0) wake.await(LOOK_EVERY);
    return walked;
  }

  /// Pages walked: 1, or 0 when there is nothing to do now.
  private int step(Tx tx) throws SQLException, IOException {
    if (!backfills.lead(tx)) return 0;
    var next = backfills.next(tx, now());
    if (next.isEmpty()) return 0;
    Walk walk = next.get();
    tx.actFor(walk.definition().tenant());
    ScanResponse page;
    try {
      page = page(walk);
    } catch (ProblemException refused) {
      log.warn("{} of {} waits: {}", walk.source(), walk.definition(), refused.getMessage());
      backfills.postpone(tx, walk, refused.problem().message(), now().plus(RETRY_AFTER));
      return 0;
    }
    String tenant = walk.definition().tenant();
    build.run(
        tx,
        Lane.BULK,
        page.getDocumentsList().stream()
            .map(entry -> EntryChange.of(tenant, walk.source(), entry, walk.correlationId()))
            .toList());
    if (!page.getLast() && page.getDocumentsCount() > 0) {
      backfills.move(tx, walk, page.getDocuments(page.getDocumentsCount() - 1).getKey());
    } else if (backfills.end(tx, walk)) {
      activate(tx, walk);
    }
    return 1;
  }

  private ScanResponse page(Walk walk) {
    Caller self =
        Caller.service(walk.definition().tenant(), "svc-cards")
            .withCorrelation(walk.correlationId());
    var request =
        ScanRequest.newBuilder()
            .setCollectionId(walk.source())
            .setAfterKey(walk.afterKey())
            .setLimit(pageRows)
            .build();
    return ingest.call(
        () -> EntriesGrpc.newBlockingStub(ingest.as(self, PAGE_WAIT)).scanEntries(request));
  }

  private void activate(Tx tx, Walk walk) throws SQLException {
    CardDefinition built = definitions.require(tx, walk.definition());
    definitions.setState(tx, built.id(), DefinitionState.ACTIVE, built.version(), now());
    log.info("card definition {} is active", built.id());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public void close() {
    wake.close();
  }
}
