package io.cardloom.metrics;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.metrics.series.QueryMetrics;
import io.cardloom.proto.metrics.v1.ListMetricsRequest;
import io.cardloom.proto.metrics.v1.ListMetricsResponse;
import io.cardloom.proto.metrics.v1.MetricsGrpc;
import io.cardloom.proto.metrics.v1.QueryMetricRequest;
import io.cardloom.proto.metrics.v1.QueryMetricResponse;
import io.grpc.stub.StreamObserver;

/// The gRPC edge.
final class MetricsRpc extends MetricsGrpc.MetricsImplBase {
  private final QueryMetrics metrics;

  MetricsRpc(QueryMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void listMetrics(ListMetricsRequest request, StreamObserver<ListMetricsResponse> out) {
    Rpc.reply(out, metrics.list(Caller.current(), request));
  }

  @Override
  public void queryMetric(QueryMetricRequest request, StreamObserver<QueryMetricResponse> out) {
    Rpc.reply(out, metrics.query(Caller.current(), request));
  }
}
