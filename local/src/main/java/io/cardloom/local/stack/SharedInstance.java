package io.cardloom.local.stack;

import java.util.Map;

/// A service in the supervisor's process.
final class SharedInstance implements Instance {
  private final Part part;
  private final int instance;
  private final AutoCloseable service;

  SharedInstance(Part part, int instance, Map<String, String> settings) {
    this.part = part;
    this.instance = instance;
    this.service = ServiceStarts.start(part, settings);
  }

  @Override
  public StackState.ServiceState state() {
    return new StackState.ServiceState(part, instance, ProcessHandle.current().pid(), 0);
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (Exception failure) {
      throw new IllegalStateException("could not end " + part.title(), failure);
    }
  }
}
