package io.cardloom.publishing;

import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.proto.common.v1.ConfigurationPart;
import io.cardloom.proto.common.v1.ConfigurationPartRequest;
import io.cardloom.proto.publishing.v1.CreateApiVersionRequest;
import io.cardloom.proto.publishing.v1.CreateApiVersionResponse;
import io.cardloom.proto.publishing.v1.CreateDestinationRequest;
import io.cardloom.proto.publishing.v1.CreateDestinationResponse;
import io.cardloom.proto.publishing.v1.CreateEndpointRequest;
import io.cardloom.proto.publishing.v1.CreateEndpointResponse;
import io.cardloom.proto.publishing.v1.DestinationsGrpc;
import io.cardloom.proto.publishing.v1.DraftEndpointResponse;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import io.cardloom.proto.publishing.v1.UpdateApiVersionResponse;
import io.cardloom.publishing.destination.CreateDestination;
import io.cardloom.publishing.endpoint.CreateEndpoint;
import io.cardloom.publishing.endpoint.DraftEndpoint;
import io.cardloom.publishing.publication.CreateApiVersion;
import io.cardloom.publishing.publication.UpdateApiVersion;
import io.grpc.stub.StreamObserver;

/// The gRPC edge of the configuration.
final class DestinationsRpc extends DestinationsGrpc.DestinationsImplBase {
  private final CreateDestination createDestination;
  private final CreateApiVersion createApiVersion;
  private final DraftEndpoint draftEndpoint;
  private final CreateEndpoint createEndpoint;
  private final UpdateApiVersion updateApiVersion;
  private final DescribeConfiguration describeConfiguration;

  DestinationsRpc(
      CreateDestination createDestination,
      CreateApiVersion createApiVersion,
      DraftEndpoint draftEndpoint,
      CreateEndpoint createEndpoint,
      UpdateApiVersion updateApiVersion,
      DescribeConfiguration describeConfiguration) {
    this.createDestination = createDestination;
    this.createApiVersion = createApiVersion;
    this.draftEndpoint = draftEndpoint;
    this.createEndpoint = createEndpoint;
    this.updateApiVersion = updateApiVersion;
    this.describeConfiguration = describeConfiguration;
  }

  @Override
  public void createDestination(
      CreateDestinationRequest request, StreamObserver<CreateDestinationResponse> out) {
    Rpc.reply(out, createDestination.run(Caller.current(), request));
  }

  @Override
  public void createApiVersion(
      CreateApiVersionRequest request, StreamObserver<CreateApiVersionResponse> out) {
    Rpc.reply(out, createApiVersion.run(Caller.current(), request));
  }

  @Override
  public void createEndpoint(
      CreateEndpointRequest request, StreamObserver<CreateEndpointResponse> out) {
    Rpc.reply(out, createEndpoint.run(Caller.current(), request));
  }

  @Override
  public void draftEndpoint(
      CreateEndpointRequest request, StreamObserver<DraftEndpointResponse> out) {
    Rpc.reply(out, draftEndpoint.run(Caller.current(), request));
  }

  @Override
  public void updateApiVersion(
      UpdateApiVersionRequest request, StreamObserver<UpdateApiVersionResponse> out) {
    Rpc.reply(out, updateApiVersion.run(Caller.current(), request));
  }

  @Override
  public void describeConfiguration(
      ConfigurationPartRequest request, StreamObserver<ConfigurationPart> out) {
    Rpc.reply(out, describeConfiguration.run(Caller.current(), request.getIncludeCounts()));
  }
}
