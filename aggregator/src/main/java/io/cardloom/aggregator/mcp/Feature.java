package io.cardloom.aggregator.mcp;

import java.util.Map;
import java.util.function.Function;

/// A part of what the server offers: the capability it declares and the methods that go with it.
public interface Feature {
  /// Name of the capability, such as `tools`; empty where it is none of the protocol's own.
  String capability();

  /// Name of the extension it implements, or empty. A client declares extensions with each request,
  /// so only the newest revision has their methods.
  default String extension() {
    return "";
  }

  /// Whether its list can change while the server runs and listeners are told.
  default boolean listChanges() {
    return false;
  }

  /// By name, such as `tools/list`.
  Map<String, Method> methods();

  /// One method.
  ///
  /// @param pace how long its answer may take
  record Method(Pace pace, Function<Call, Outcome> answer) {}

  /// How long an answer may take.
  enum Pace {
    /// Made from what is at hand.
    QUICK,
    /// Waits for others; becomes a stream when it takes long.
    WAITING,
    /// A stream from its start, newest revision only.
    LISTENING
  }
}
