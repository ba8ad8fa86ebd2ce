package io.cardloom.ingest.source;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.CreateDataSourceResponse;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaRequest;
import io.cardloom.proto.ingest.v1.DescribeDataSourceSchemaResponse;
import io.cardloom.proto.ingest.v1.DraftDataSourceResponse;
import io.cardloom.proto.ingest.v1.SourcesGrpc;
import io.cardloom.proto.ingest.v1.UpsertDataSourcePropertiesRequest;
import io.cardloom.proto.ingest.v1.UpsertDataSourcePropertiesResponse;
import io.grpc.stub.StreamObserver;

/// The gRPC edge of sources.
public final class SourcesRpc extends SourcesGrpc.SourcesImplBase {
  private final CreateDataSource create;
  private final DraftDataSource draft;
  private final UpsertProperties upsert;
  private final DescribeSchema describe;

  public SourcesRpc(
      CreateDataSource create,
      DraftDataSource draft,
      UpsertProperties upsert,
      DescribeSchema describe) {
    this.create = create;
    this.draft = draft;
    this.upsert = upsert;
    this.describe = describe;
  }

  @Override
  public void createDataSource(
      CreateDataSourceRequest request, StreamObserver<CreateDataSourceResponse> out) {
    Rpc.reply(out, create.run(Caller.current(), request));
  }

  @Override
  public void draftDataSource(
      CreateDataSourceRequest request, StreamObserver<DraftDataSourceResponse> out) {
    Rpc.reply(out, draft.run(Caller.current(), request));
  }

  @Override
  public void describeDataSourceSchema(
      DescribeDataSourceSchemaRequest request,
      StreamObserver<DescribeDataSourceSchemaResponse> out) {
    Rpc.reply(out, describe.run(Caller.current(), request));
  }

  @Override
  public void upsertDataSourceProperties(
      UpsertDataSourcePropertiesRequest request,
      StreamObserver<UpsertDataSourcePropertiesResponse> out) {
    Rpc.reply(out, upsert.run(Caller.current(), request));
  }

  @Override
  public void describeConfiguration(
      ConfigurationPartRequest request, StreamObserver<ConfigurationPart> out) {
    Rpc.reply(out, describe.all(Caller.current(), request.getIncludeCounts()));
  }
}
