package io.cardloom.ingest.source;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.Detail;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaResponse;
import io.cardloom.proto.ingest.v1.SampleEntry;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;

/// What a source is: its properties and how each is searched; and all sources of a workspace.
public final class DescribeSchema {
  private static final String KEY_PATTERN = "^[A-Za-z0-9_-]{1,256}$";

  private final Db db;
  private final SourceStore sources;
  private final Samples samples;

  /// A stored entry of a source, as import takes it; empty while there is none.
  @FunctionalInterface
  public interface Samples {
    Optional<SampleEntry> of(Tx tx, String tenant, String sourceId) throws SQLException;
  }

  public DescribeSchema(Db db, SourceStore sources, Samples samples) {
    this.db = db;
    this.sources = sources;
    this.samples = samples;
  }

  /// @throws io.cardloom.kit.problem.ProblemException `NotFound`
  public DescribeDataSourceSchemaResponse run(
      Caller caller, DescribeDataSourceSchemaRequest request) {
    String query = request.getPropertyQuery().toLowerCase(Locale.ROOT);
    boolean summary = request.getDetail() == Detail.DETAIL_SUMMARY;
    return db.inTx(
        caller.tenant(),
        tx -> {
          String tenant = caller.tenant();
          Schema schema = sources.schema(tx, tenant, request.getSourceId());
          var response =
              DescribeDataSourceSchemaResponse.newBuilder()
                  .setSource(
                      summary
                          ? SourcePb.of(schema.source()).toBuilder().clearDescription().build()
                          : SourcePb.of(schema.source()))
                  .setKeyPattern(KEY_PATTERN)
                  .setEntryCount(sources.count(tx, tenant, request.getSourceId()));
          schema.properties().stream()
              .filter(property ->
                  property.id().contains(query)
                      || property.displayName().toLowerCase(Locale.ROOT).contains(query))
              .forEach(property ->
                  response.addProperties(
                      summary ? SourcePb.summary(property) : SourcePb.of(property)));
          samples.of(tx, tenant, request.getSourceId()).ifPresent(response::setSampleEntry);
          return response.build();
        });
  }

  /// This service's part of the configuration graph: a node a source.
  public ConfigurationPart all(Caller caller, boolean withCounts) {
    var part = ConfigurationPart.newBuilder();
    for (var source : db.inTx(caller.tenant(), tx -> sources.nodes(tx, caller.tenant()))) {
      var node =
          ConfigurationNode.newBuilder()
              .setKind("data_source")
              .setId(source.id())
              .setName(source.name())
              .setStatus(source.updating() ? "UPDATING" : "ACTIVE");
      if (withCounts) node.setCount(source.entries());
      part.addNodes(node);
    }
    return part.build();
  }
}
