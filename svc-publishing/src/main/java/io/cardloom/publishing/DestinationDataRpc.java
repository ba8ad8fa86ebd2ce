package io.cardloom.publishing;

import com.google.protobuf.UnsafeByteOperations;
import io.cardloom.index.DocumentIndex;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.kit.db.Db;
import io.cardloom.kit.db.Tx;
import io.cardloom.kit.problem.Problem;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.ScannedDocument;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.common.v1.StagesResponse;
import io.cardloom.proto.publishing.v1.DestinationDataGrpc;
import io.cardloom.proto.publishing.v1.ListActiveEndpointsRequest;
import io.cardloom.proto.publishing.v1.ListActiveEndpointsResponse;
import io.cardloom.proto.publishing.v1.SearchDestinationDataRequest;
import io.cardloom.proto.publishing.v1.SearchDestinationDataResponse;
import io.cardloom.publishing.endpoint.Endpoint;
import io.cardloom.publishing.endpoint.EndpointStore;
import io.cardloom.publishing.queue.DescribeStages;
import io.cardloom.publishing.row.SearchDestinationData;
import io.grpc.stub.StreamObserver;
import java.util.List;

/// The gRPC edge of what consumers see.
final class DestinationDataRpc extends DestinationDataGrpc.DestinationDataImplBase {
  private final Db db;
  private final EndpointStore endpoints;
  private final DocumentIndex index;
  private final SearchDestinationData search;
  private final DescribeStages describeStages;
  private final String publicUrl;

  DestinationDataRpc(
      Db db,
      EndpointStore endpoints,
      DocumentIndex index,
      SearchDestinationData search,
      DescribeStages describeStages,
      String publicUrl) {
    this.db = db;
    this.endpoints = endpoints;
    this.index = index;
    this.search = search;
    this.describeStages = describeStages;
    this.publicUrl = publicUrl;
  }

  @Override
  public void searchDestinationData(
      SearchDestinationDataRequest request, StreamObserver<SearchDestinationDataResponse> out) {
    Rpc.reply(out, search.run(Caller.current(), request));
  }

  @Override
  public void describeStages(StagesRequest request, StreamObserver<StagesResponse> out) {
    Rpc.reply(out, describeStages.run(Caller.current(), request));
  }

  @Override
  public void scanRows(ScanRequest request, StreamObserver<ScanResponse> out) {
    Caller caller = Caller.current();
    Rpc.reply(out, db.inTx(caller.tenant(), tx -> scan(tx, caller.tenant(), request)));
  }

  private ScanResponse scan(Tx tx, String tenant, ScanRequest request) throws Exception {
    String id = request.getCollectionId();
    Endpoint endpoint =
        endpoints
            .find(tx, tenant, id)
            .orElseThrow(() -> new Problem.NotFound("endpoint", id).exception());
    if (endpoints.live(tx, List.of(endpoint.collection())).isEmpty()) {
      throw new Problem.WrongState("endpoint", id, "not served", "of an active version", List.of())
          .exception();
    }
    var hits = index.scan(tx, endpoint.collection(), request.getAfterKey(), request.getLimit());
    var response = ScanResponse.newBuilder().setLast(hits.size() < request.getLimit());
    for (DocumentIndex.Hit hit : hits) {
      response.addDocuments(
          ScannedDocument.newBuilder()
              .setKey(hit.key())
              .setVersion(hit.version())
              .setBody(UnsafeByteOperations.unsafeWrap(hit.body()))
              .setAcceptedAtMicros(hit.acceptedAtMicros()));
    }
    return response.build();
  }

  @Override
  public void listActiveEndpoints(
      ListActiveEndpointsRequest request, StreamObserver<ListActiveEndpointsResponse> out) {
    Caller caller = Caller.current();
    List<Endpoint> active = db.inTx(caller.tenant(), tx -> endpoints.active(tx, caller.tenant()));
    Rpc.reply(
        out,
        ListActiveEndpointsResponse.newBuilder()
            .addAllEndpoints(active.stream().map(endpoint -> endpoint.toPb(publicUrl)).toList())
            .build());
  }
}
