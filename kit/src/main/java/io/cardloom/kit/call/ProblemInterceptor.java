package io.cardloom.kit.call;

import io.cardloom.kit.problem.ProblemException;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns a thrown problem into its status. Anything else thrown is a bug: logged under a number,
/// answered INTERNAL with that number and nothing more.
final class ProblemInterceptor implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(ProblemInterceptor.class);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
        next.startCall(call, headers)) {
      @Override
      public void onHalfClose() {
        try {
          super.onHalfClose();
        } catch (ProblemException refused) {
          close(call, Wire.status(refused.problem()));
        } catch (StatusRuntimeException passedOn) {
          close(call, passedOn);
        } catch (RuntimeException bug) {
          String number = UUID.randomUUID().toString();
          log.error("{} failed, {}", call.getMethodDescriptor().getFullMethodName(), number, bug);
          close(
              call,
              Status.INTERNAL
                  .withDescription(
                      "Something went wrong in the service; the log has it as " + number)
                  .asRuntimeException());
        }
      }
    };
  }

  private static void close(ServerCall<?, ?> call, StatusRuntimeException failure) {
    Metadata trailers = failure.getTrailers();
    call.close(failure.getStatus(), trailers == null ? new Metadata() : trailers);
  }
}
