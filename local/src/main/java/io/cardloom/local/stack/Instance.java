package io.cardloom.local.stack;

/// One running instance of a service.
interface Instance extends AutoCloseable {
  StackState.ServiceState state();

  /// Drains and ends it. A second call does nothing.
  @Override
  void close();
}
