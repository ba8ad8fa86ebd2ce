package io.cardloom.aggregator.mcp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// What a client is told while its request is under way. The first notice turns the answer into a
/// stream. A notice that cannot be delivered is dropped.
public interface Notices {
  /// Nobody listens.
  Notices NONE = (_, _) -> {};

  /// Sends a notification.
  ///
  /// @param params writes the members of `params`
  void send(String method, Consumer<JsonGenerator> params);

  /// Tells how far the work is; nothing where the client gave no token for it.
  ///
  /// @param progress grows with every call
  /// @param total null where it is not known
  default void progress(double progress, @Nullable Double total) {}
}
