package io.cardloom.aggregator.call;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.cardloom.aggregator.identity.Principal;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Peer;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.time.Duration;

/// A tool that is the rpc of one service, called by its descriptor.
final class RemoteRpc implements ToolBody {
  private final Peer peer;
  private final Duration deadline;
  private final MethodDescriptor<Message, Message> method;

  RemoteRpc(Peer peer, Duration deadline, Descriptors.MethodDescriptor rpc) {
    this.peer = peer;
    this.deadline = deadline;
    this.method =
        MethodDescriptor.<Message, Message>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(
                    rpc.getService().getFullName(), rpc.getName()))
            .setRequestMarshaller(
                ProtoUtils.marshaller(
                    (Message) DynamicMessage.getDefaultInstance(rpc.getInputType())))
            .setResponseMarshaller(
                ProtoUtils.marshaller(
                    (Message) DynamicMessage.getDefaultInstance(rpc.getOutputType())))
            .build();
  }

  @Override
  public Message run(Principal principal, Caller caller, Message arguments) {
    return peer.call(() ->
        ClientCalls.blockingUnaryCall(
            peer.as(caller, deadline), method, CallOptions.DEFAULT, arguments));
  }
}
