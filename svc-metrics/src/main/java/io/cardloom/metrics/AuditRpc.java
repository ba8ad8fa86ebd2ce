package io.cardloom.metrics;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.metrics.audit.SearchAuditLog;
import io.cardloom.proto.metrics.v1.AuditLogGrpc;
import io.cardloom.proto.metrics.v1.SearchAuditLogRequest;
import io.cardloom.proto.metrics.v1.SearchAuditLogResponse;
import io.grpc.stub.StreamObserver;

/// The gRPC edge of the audit log.
final class AuditRpc extends AuditLogGrpc.AuditLogImplBase {
  private final SearchAuditLog search;

  AuditRpc(SearchAuditLog search) {
    this.search = search;
  }

  @Override
  public void searchAuditLog(
      SearchAuditLogRequest request, StreamObserver<SearchAuditLogResponse> out) {
    Rpc.reply(out, search.run(Caller.current(), request));
  }
}
