package io.cardloom.local.stack;

import io.cardloom.kit.run.Settings;
import java.util.Map;

/// How each service is started inside this process.
final class ServiceStarts {
  private ServiceStarts() {}

  static AutoCloseable start(Part part, Map<String, String> values) {
    var settings = Settings.of(values);
    throw new IllegalStateException("not wired: " + part + settings);
  }
}
