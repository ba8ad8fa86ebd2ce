package io.cardloom.ingest.bulk;

import io.cardloom.ingest.bulk.BulkImport.Counts;
import io.cardloom.ingest.entry.ImportEntries;
import io.cardloom.kit.call.Trace;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.event.Wake;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.kit.run.Loop;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies staged imports, a batch a transaction, the imports taking turns.
///
/// How far an import is commits with the entries of the batch, so a crash repeats nothing and
/// leaves nothing out. Instances share the work, an import each: its row is locked meanwhile.
public final class ApplyImports implements Loop.Body {
  private static final Logger log = LoggerFactory.getLogger(ApplyImports.class);

  /// How long to wait for a wake-up before looking anyway.
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /// Times a batch is tried that fails for no reason of its own; a pause that doubles is between.
  private static final int TRIES_MAX = 5;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// Longest sentence kept of a failure, in characters.
  private static final int PROBLEM_CHARS_MAX = 500;

  private final Db db;
  private final ImportEntries imports;
  private final BulkImportStore store;
  private final Wake wake;
  private @Nullable BulkImport at;

  public ApplyImports(Db db, ImportEntries imports, BulkImportStore store) throws SQLException {
    this.db = db;
    this.imports = imports;
    this.store = store;
    this.wake = Wake.on(db, BulkImportStore.CHANNEL);
  }

  @Override
  public int once() throws SQLException {
    at = null;
    Optional<Runnable> done;
    try {
      done = db.acrossTenants(this::step);
    } catch (RuntimeException failure) {
      if (at == null) throw failure;
      settle(at, failure);
      return 1;
    }
    done.ifPresent(Runnable::run);
    if (done.isEmpty()) wake.await(LOOK_EVERY);
    return done.isPresent() ? 1 : 0;
  }

  /// The next batch of the import whose turn it is. Empty when there is none; else what is to be
  /// told once it is stored.
  private Optional<Runnable> step(Tx tx) throws SQLException, IOException {
    Optional<BulkImport> next = store.next(tx);
    if (next.isEmpty()) return Optional.empty();
    BulkImport running = next.get();
    at = running;
    tx.actFor(running.tenant());
    Span span = Trace.begin("apply import", SpanKind.INTERNAL, running.traceparent());
    try (var _ = span.makeCurrent()) {
      return Optional.of(apply(tx, running));
    } finally {
      span.end();
    }
  }

  private Runnable apply(Tx tx, BulkImport running) throws SQLException, IOException {
    var batch = store.batch(tx, running);
    var applied = imports.apply(tx, running.caller(), batch.request(), batch.first());
    // Empty where the source's properties changed this instant: the next step reads them anew.
    if (applied.isEmpty()) return () -> {};
    var outcome = applied.get();
    store.advance(
        tx,
        running,
        new Counts(outcome.created(), outcome.updated(), outcome.deleted(), outcome.unchanged()));
    return () -> imports.accepted(running.caller(), batch.request());
  }

  /// What becomes of an import whose batch failed. What is not its fault is tried again.
  private void settle(BulkImport running, RuntimeException failure) {
    switch (failure instanceof ProblemException refused ? refused.problem() : null) {
      case Problem.Unavailable _, Problem.NotNow _, Problem.OverLimit _ -> throw failure;
      case Problem.Invalid(var violations, _) -> fail(running, sentence(violations));
      case Problem problem -> fail(running, problem.message());
      case null -> {
        String number = UUID.randomUUID().toString();
        log.error(
            "batch {} of import {} failed, {}", running.batch(), running.id(), number, failure);
        if (running.tries() + 1 < TRIES_MAX) {
          db.useTx(
              running.tenant(),
              tx -> store.postpone(tx, running, PAUSE.multipliedBy(1L << running.tries())));
        } else {
          fail(running, "Something went wrong in the service; the log has it as " + number + ".");
        }
      }
    }
  }

  private static String sentence(List<Violation> violations) {
    Violation first = violations.getFirst();
    String more =
        violations.size() == 1
            ? ""
            : " " + (violations.size() - 1) + " more violations are in the batch.";
    return first.path() + ": " + first.message() + more;
  }

  private void fail(BulkImport running, String why) {
    String cut =
        why.length() <= PROBLEM_CHARS_MAX ? why : why.substring(0, PROBLEM_CHARS_MAX) + "…";
    String problem =
        cut + " The first " + running.counts().applied() + " entries of the import are stored.";
    log.warn("import {} failed: {}", running.id(), problem);
    db.useTx(running.tenant(), tx -> store.fail(tx, running, problem));
  }

  @Override
  public void close() {
    wake.close();
  }
}
