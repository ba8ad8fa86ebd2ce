package io.cardloom.aggregator.call;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.cardloom.aggregator.identity.Principal;
import io.cardloom.kit.call.Caller;
import java.util.function.BiFunction;

/// What answers a tool: the rpc of one service, or a class that asks several.
public interface ToolBody {
  /// Answers a call that is allowed and valid. Throws [io.cardloom.kit.problem.ProblemException]
  /// when it fails in a known way.
  Message run(Principal principal, Caller caller, Message arguments);

  /// A body on the generated classes of its contract.
  static <Q extends Message> ToolBody typed(
      Parser<Q> parser, BiFunction<Caller, Q, ? extends Message> answer) {
    return (_, caller, arguments) -> {
      try {
        return answer.apply(caller, parser.parseFrom(arguments.toByteString()));
      } catch (InvalidProtocolBufferException mismatch) {
        throw new IllegalStateException("arguments of another contract", mismatch);
      }
    };
  }
}
