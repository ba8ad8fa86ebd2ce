package io.cardloom.aggregator.audit;

import com.google.protobuf.Message;
import io.cardloom.aggregator.identity.Principal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One call of a tool, as it ended.
///
/// @param arguments as they were read; null where the call ended before that
/// @param body holds the arguments as they came, at `from`, `length` bytes long
/// @param refused the caller may not do it
/// @param outcome `ok`, or the code word of the problem
public record Attempt(
    Principal principal,
    String tool,
    @Nullable Message arguments,
    byte[] body,
    int from,
    int length,
    boolean refused,
    String outcome,
    String correlationId,
    Instant begun) {

  /// Something else than a tool that the caller may not do.
  ///
  /// @param what the method of the protocol
  public static Attempt denied(Principal principal, String what, Instant begun) {
    return new Attempt(
        principal,
        what,
        null,
        new byte[0],
        0,
        0,
        true,
        "forbidden",
        UUID.randomUUID().toString(),
        begun);
  }
}
