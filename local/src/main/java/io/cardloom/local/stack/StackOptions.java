package io.cardloom.local.stack;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// How to start the stack.
///
/// @param dataDir PostgreSQL and Kafka keep their data here
/// @param separate a process of its own for each service, instead of one for all
/// @param instances how many of each service
/// @param provider where people sign in; empty for a Keycloak of the stack's own
public record StackOptions(
    int portBase,
    String dataDir,
    boolean separate,
    Map<Part, Integer> instances,
    Optional<OtherProvider> provider) {
  public StackOptions {
    var _ = new Ports(portBase); // a wrong base is refused here
    var complete = new EnumMap<Part, Integer>(Part.class);
    for (var part : Part.values()) {
      int count = instances.getOrDefault(part, 1);
      if (count < 1 || count > Ports.INSTANCES_MAX) {
        throw new IllegalArgumentException(
            "There can be 1 to " + Ports.INSTANCES_MAX + " instances of " + part.title() + ".");
      }
      complete.put(part, count);
    }
    instances = Map.copyOf(complete);
  }

  public Ports ports() {
    return new Ports(portBase);
  }

  public Path data() {
    return Path.of(dataDir);
  }
}
