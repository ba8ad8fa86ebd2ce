package io.cardloom.ingest.entry;

import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.index.Body;
import io.cardloom.index.CollectionId;
import io.cardloom.index.DocumentIndex;
import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.ingest.source.SourceStore;
import io.cardloom.ingest.value.Canonical;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.page.Cursor;
import io.cardloom.kit.problem.Nearest;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.kit.problem.Violation;
import io.cardloom.proto.common.v1.Detail;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.ingest.v1.ListSourceEntriesRequest;
import io.cardloom.proto.ingest.v1.ListSourceEntriesResponse;
import io.cardloom.proto.ingest.v1.StoredEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Entries as stored, past the search index: by their last change, or all in order of keys.
public final class ListEntries {
  private static final int LIMIT_DEFAULT = 50;

  /// Most property ids that a refusal lists.
  private static final int ALLOWED_MAX = 50;

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

  /// The most recently changed first, each with the version that the index holds of it; or only how
  /// many there are.
  ///
  /// @throws ProblemException `NotFound`, or `Invalid` for a bad time, field or cursor
  public ListSourceEntriesResponse recent(Caller caller, ListSourceEntriesRequest request) {
    String tenant = caller.tenant();
    String sourceId = request.getSourceId();
    if (request.getCountOnly()) {
      // A count is of all pages.
      EntryStore.Window window = window(request.toBuilder().clearPage().build());
      return db.inTx(
          tenant,
          tx -> {
            fields(tx, tenant, request);
            long total =
                window.whole()
                    ? sources.count(tx, tenant, sourceId)
                    : entries.count(tx, tenant, sourceId, window);
            return ListSourceEntriesResponse.newBuilder().setTotal(total).build();
          });
    }
    EntryStore.Window window = window(request);
    boolean bodies = request.getDetail() != Detail.DETAIL_SUMMARY;
    int limit = request.getPage().getLimit() == 0 ? LIMIT_DEFAULT : request.getPage().getLimit();
    return db.inTx(
        tenant,
        tx -> {
          Set<String> fields = fields(tx, tenant, request);
          var rows = entries.recent(tx, tenant, sourceId, window, bodies, limit + 1);
          var page = rows.subList(0, Math.min(limit, rows.size()));
          var indexed =
              index.versions(
                  tx,
                  new CollectionId(tenant, sourceId),
                  page.stream().map(EntryRow::key).toList());
          var response = ListSourceEntriesResponse.newBuilder();
          for (EntryRow row : page) {
            long version = indexed.getOrDefault(row.key(), 0L);
            var entry =
                StoredEntry.newBuilder()
                    .setId(row.key())
                    .setVersion(row.version())
                    .setUpdatedAt(row.updatedAt().toString())
                    .setIndexed(version >= row.version())
                    .setIndexedVersion(version);
            if (bodies) entry.setValues(values(row, fields));
            response.addEntries(entry);
          }
          if (rows.size() > limit) response.setAfter(cursor(request, page.getLast()));
          return response.build();
        });
  }

  /// Ids of the properties asked for; empty means all. Makes sure that there is such a source.
  ///
  /// @throws ProblemException `NotFound`, or `Invalid` with every field that is none
  private Set<String> fields(Tx tx, String tenant, ListSourceEntriesRequest request) {
    if (request.getFieldsCount() == 0) {
      sources.require(tx, tenant, request.getSourceId());
      return Set.of();
    }
    Schema schema = sources.schema(tx, tenant, request.getSourceId());
    var ids = new HashSet<String>();
    var violations = new ArrayList<Violation>();
    for (int i = 0; i < request.getFieldsCount(); i++) {
      String name = request.getFields(i);
      SourceProperty property = schema.property(name);
      if (property != null) {
        ids.add(property.id());
      } else if (name.equals(Schema.KEY_NAME)) {
        ids.add(name); // it comes with every entry
      } else {
        violations.add(
            new Violation(
                "fields[" + i + "]",
                "unknown_property",
                "The source has no such property.",
                name,
                schema.ids().stream().limit(ALLOWED_MAX).toList(),
                Nearest.of(name, schema.ids())));
      }
    }
    ProblemException.throwIfAny(violations);
    return ids;
  }

  private static Json values(EntryRow row, Set<String> fields) {
    byte[] json =
        fields.isEmpty()
            ? row.body()
            : Body.parse(row.body()).select(id -> fields.contains(id) ? id : "").toJson();
    return Json.newBuilder().setUtf8(UnsafeByteOperations.unsafeWrap(json)).build();
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
    return db.inTx(
        caller.tenant(),
        tx -> {
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
