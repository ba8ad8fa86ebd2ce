package io.cardloom.ingest.entry;

import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.index.CollectionId;
import io.cardloom.index.DocumentIndex;
import io.cardloom.ingest.source.SourceStore;
import io.cardloom.ingest.value.Canonical;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.page.Cursor;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.ingest.v1.ListSourceEntriesRequest;
import io.cardloom.proto.ingest.v1.ListSourceEntriesResponse;
import io.cardloom.proto.ingest.v1.StoredEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Entries as stored, past the search index: by their last change, or all in order of keys.
public final class ListEntries {
  private static final int LIMIT_DEFAULT = 50;

  private final Db db;
  private final SourceStore sources;
  private final EntryStore entries;
  private final DocumentIndex index;

  public ListEntries(Db db, SourceStore sources, EntryStore entries, DocumentIndex index) {
    this.db = db;
    this.sources = sources;
    this.entries = entries;
    this.index = index;
  }

  /// The most recently changed first, each with the version that the index holds of it.
  ///
  /// @throws ProblemException `NotFound`, or `Invalid` for a bad time or cursor
  public ListSourceEntriesResponse recent(Caller caller, ListSourceEntriesRequest request) {
    EntryStore.Window window = window(request);
    int limit = request.getPage().getLimit() == 0 ? LIMIT_DEFAULT : request.getPage().getLimit();
    return db.inTx(tx -> {
      String tenant = caller.tenant();
      sources.require(tx, tenant, request.getSourceId());
      var rows = entries.recent(tx, tenant, request.getSourceId(), window, limit + 1);
      var page = rows.subList(0, Math.min(limit, rows.size()));
      var indexed =
          index.versions(
              tx,
              new CollectionId(tenant, request.getSourceId()),
              page.stream().map(EntryRow::key).toList());
      var response = ListSourceEntriesResponse.newBuilder();
      for (EntryRow row : page) {
        long version = indexed.getOrDefault(row.key(), 0L);
        response.addEntries(
            StoredEntry.newBuilder()
                .setId(row.key())
                .setVersion(row.version())
                .setUpdatedAt(row.updatedAt().toString())
                .setValues(Json.newBuilder().setUtf8(UnsafeByteOperations.unsafeWrap(row.body())))
                .setIndexed(version >= row.version())
                .setIndexedVersion(version));
      }
      if (rows.size() > limit) response.setAfter(cursor(request, page.getLast()));
      return response.build();
    });
  }

  private static EntryStore.Window window(ListSourceEntriesRequest request) {
    var violations = new ArrayList<Violation>();
    Optional<Instant> from = instant("updatedFrom", request.getUpdatedFrom(), violations);
    Optional<Instant> to = instant("updatedTo", request.getUpdatedTo(), violations);
    ProblemException.throwIfAny(violations);
    String after = request.getPage().getAfter();
    if (after.isEmpty()) {
      return new EntryStore.Window(request.getIdsList(), from, to, Optional.empty(), "");
    }
    var values = Cursor.decode("page.after", after, hash(request)).values();
    Optional<Instant> at =
        values.size() == 2 && values.getFirst() != null
            ? Canonical.instant(values.getFirst())
            : Optional.empty();
    String key = values.isEmpty() ? null : values.getLast();
    if (at.isEmpty() || key == null) {
      throw new io.cardloom.kit.problem.Problem.Invalid(
              List.of(
                  Violation.of("page.after", "bad_cursor", "The cursor is not one of this list.")))
          .exception();
    }
    return new EntryStore.Window(request.getIdsList(), from, to, at, key);
  }

  private static String cursor(ListSourceEntriesRequest request, EntryRow last) {
    return new Cursor(hash(request), List.of(last.updatedAt().toString(), last.key())).encode();
  }

  private static int hash(ListSourceEntriesRequest request) {
    return Objects.hash(
        request.getSourceId(),
        request.getIdsList(),
        request.getUpdatedFrom(),
        request.getUpdatedTo());
  }

  private static Optional<Instant> instant(String path, String text, List<Violation> violations) {
    if (text.isEmpty()) return Optional.empty();
    Optional<Instant> instant = Canonical.instant(text);
    if (instant.isEmpty()) {
      violations.add(
          new Violation(
              path,
              "bad_timestamp",
              path + " is a date and time with zone, RFC 3339.",
              text,
              List.of("2026-01-31T12:00:00Z"),
              ""));
    }
    return instant;
  }

  /// Every live entry in order of keys, for rebuilds and checks.
  ///
  /// @throws ProblemException `NotFound`
  public ScanResponse scan(Caller caller, ScanRequest request) {
    return db.inTx(tx -> {
      String tenant = caller.tenant();
      String sourceId = request.getCollectionId();
      sources.require(tx, tenant, sourceId);
      int limit = request.getLimit();
      var rows = entries.afterKey(tx, tenant, sourceId, request.getAfterKey(), limit);
      var response = ScanResponse.newBuilder().setLast(rows.size() < limit);
      for (EntryRow row : rows) {
        response.addDocuments(
            ScannedDocument.newBuilder()
                .setKey(row.key())
                .setVersion(row.version())
                .setBody(UnsafeByteOperations.unsafeWrap(row.body()))
                .setAcceptedAtMicros(EntryEvents.micros(row.updatedAt())));
      }
      return response.build();
    });
  }
}
