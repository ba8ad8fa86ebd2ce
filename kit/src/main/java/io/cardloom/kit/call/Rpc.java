package io.cardloom.kit.call;

import io.grpc.stub.StreamObserver;

/// The end of a unary call.
public final class Rpc {
  private Rpc() {}

  public static <T> void reply(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }
}
