package io.cardloom.cards.testing;

import com.google.protobuf.ByteString;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.GrpcServer;
import io.cardloom.kit.call.Peer;
import io.cardloom.kit.call.Rpc;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.testing.TestKeys;
import io.cardloom.proto.common.v1.ConfigurationNode;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.common.v1.PropertyType;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.events.v1.EntryChanged;
import io.cardloom.proto.ingest.v1.DataSource;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaResponse;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.ingest.v1.SourceProperty;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A stand-in for svc-ingest behind a real gRPC server: sources and entries as a test puts them.
public final class FakeIngest implements AutoCloseable {
  private record Source(String tenant, String id) {}

  private final Map<Source, DescribeDataSourceSchemaResponse> schemas = new ConcurrentHashMap<>();
  private final Map<Source, NavigableMap<String, EntryChanged>> entries = new ConcurrentHashMap<>();
  private final GrpcServer server;
  private volatile Runnable afterRead = () -> {};

  /// Keys that scans began after, in order.
  public final List<String> scannedAfter = new CopyOnWriteArrayList<>();

  public FakeIngest() {
    server =
        GrpcServer.start(
            "127.0.0.1", 0, TestKeys.verifier(), _ -> {}, List.of(new Sources(), new Entries()));
  }

  public String target() {
    return "127.0.0.1:" + server.port();
  }

  /// The way to it, as svc-cards.
  public Peer peer() {
    return Peer.open("svc-ingest", target(), TestKeys.signer("svc-cards"));
  }

  /// Runs between the reading of a page and its answer.
  public void afterRead(Runnable hook) {
    afterRead = hook;
  }

  /// A source of text properties.
  public FakeIngest source(String tenant, String id, List<String> related, String... properties) {
    var schema =
        DescribeDataSourceSchemaResponse.newBuilder()
            .setSource(DataSource.newBuilder().setId(id).addAllRelatedSourceIds(related));
    for (String property : properties) {
      schema.addProperties(
          SourceProperty.newBuilder()
              .setId(property)
              .setDisplayName("The " + property)
              .setType(PropertyType.PROPERTY_TYPE_TEXT));
    }
    schemas.put(new Source(tenant, id), schema.build());
    return this;
  }

  /// Stores an entry's newest state, as its event tells it.
  public EntryChanged put(EntryChanged event) {
    var stored =
        entries.computeIfAbsent(
            new Source(event.getTenant(), event.getSourceId()), _ -> new ConcurrentSkipListMap<>());
    if (event.getDeleted()) stored.remove(event.getEntryId());
    else stored.put(event.getEntryId(), event);
    return event;
  }

  /// An entry's new state; no JSON deletes it.
  public static EntryChanged event(
      String tenant, String source, String key, long version, String json) {
    return EntryChanged.newBuilder()
        .setTenant(tenant)
        .setSourceId(source)
        .setEntryId(key)
        .setVersion(version)
        .setDeleted(json.isEmpty())
        .setBody(ByteString.copyFromUtf8(json))
        .setAcceptedAtMicros(1_790_000_000_000_000L + version)
        .setCorrelationId("batch-" + version)
        .build();
  }

  @Override
  public void close() {
    server.drain(Duration.ZERO);
  }

  private final class Sources extends SourcesGrpc.SourcesImplBase {
    @Override
    public void describeDataSourceSchema(
        DescribeDataSourceSchemaRequest request,
        StreamObserver<DescribeDataSourceSchemaResponse> out) {
      var source = new Source(Caller.current().tenant(), request.getSourceId());
      var schema = schemas.get(source);
      if (schema == null) {
        throw new Problem.NotFound("data source", request.getSourceId()).exception();
      }
      int stored = entries.getOrDefault(source, new ConcurrentSkipListMap<>()).size();
      Rpc.reply(out, schema.toBuilder().setEntryCount(stored).build());
    }

    @Override
    public void describeConfiguration(
        ConfigurationPartRequest request, StreamObserver<ConfigurationPart> out) {
      var part = ConfigurationPart.newBuilder();
      schemas.keySet().stream()
          .filter(source -> source.tenant().equals(Caller.current().tenant()))
          .forEach(source ->
              part.addNodes(
                  ConfigurationNode.newBuilder().setKind("data_source").setId(source.id())));
      Rpc.reply(out, part.build());
    }
  }

  private final class Entries extends EntriesGrpc.EntriesImplBase {
    @Override
    public void scanEntries(ScanRequest request, StreamObserver<ScanResponse> out) {
      scannedAfter.add(request.getAfterKey());
      var source = new Source(Caller.current().tenant(), request.getCollectionId());
      var page =
          entries
              .getOrDefault(source, new ConcurrentSkipListMap<>())
              .tailMap(request.getAfterKey(), false)
              .values()
              .stream()
              .limit(request.getLimit())
              .map(FakeIngest::scanned)
              .toList();
      afterRead.run();
      Rpc.reply(
          out,
          ScanResponse.newBuilder()
              .addAllDocuments(page)
              .setLast(page.size() < request.getLimit())
              .build());
    }
  }

  private static ScannedDocument scanned(EntryChanged entry) {
    return ScannedDocument.newBuilder()
        .setKey(entry.getEntryId())
        .setVersion(entry.getVersion())
        .setBody(entry.getBody())
        .setAcceptedAtMicros(entry.getAcceptedAtMicros())
        .build();
  }
}
