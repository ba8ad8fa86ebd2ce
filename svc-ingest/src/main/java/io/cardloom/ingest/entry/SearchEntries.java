package io.cardloom.ingest.entry;

import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.index.CollectionId;
import io.cardloom.index.DocumentIndex;
import io.cardloom.ingest.source.Schema;
import io.cardloom.ingest.source.SourceProperty;
import io.cardloom.ingest.source.SourceStore;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.proto.common.v1.Facet;
import io.cardloom.proto.common.v1.FacetValue;
import io.cardloom.proto.common.v1.Hit;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.ingest.v1.SearchEntriesRequest;
import io.cardloom.proto.ingest.v1.SearchEntriesResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Searches the entries of a source in the index.
public final class SearchEntries {
  private final Db db;
  private final SourceStore sources;
  private final DocumentIndex index;

  public SearchEntries(Db db, SourceStore sources, DocumentIndex index) {
    this.db = db;
    this.sources = sources;
    this.index = index;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`, or `Invalid` with every violation
  ///   of the query
  public SearchEntriesResponse run(Caller caller, SearchEntriesRequest request) {
    return db.inTx(
        caller.tenant(),
        tx -> {
          Schema schema = sources.schema(tx, caller.tenant(), request.getSourceId());
          var collection = new CollectionId(caller.tenant(), request.getSourceId());
          return response(schema, index.search(tx, collection, request.getQuery()));
        });
  }

  private static SearchEntriesResponse response(Schema schema, DocumentIndex.Result result) {
    var response = SearchEntriesResponse.newBuilder().setAfter(result.after());
    for (DocumentIndex.Hit hit : result.hits()) {
      response.addEntries(
          Hit.newBuilder()
              .setId(hit.key())
              .setVersion(hit.version())
              .setUpdatedAt(
                  Instant.EPOCH.plus(hit.acceptedAtMicros(), ChronoUnit.MICROS).toString())
              .setValues(Json.newBuilder().setUtf8(UnsafeByteOperations.unsafeWrap(hit.body()))));
    }
    for (DocumentIndex.FacetCounts counts : result.facets()) {
      SourceProperty property = schema.property(counts.property());
      var facet =
          Facet.newBuilder()
              .setPropertyId(counts.property())
              .setHeader(property == null ? counts.property() : property.displayName());
      counts
          .values()
          .forEach(value ->
              facet.addValues(
                  FacetValue.newBuilder().setKey(value.value()).setCount(value.count())));
      response.addFacets(facet);
    }
    if (result.total() >= 0) response.setTotal(result.total());
    return response.build();
  }
}
