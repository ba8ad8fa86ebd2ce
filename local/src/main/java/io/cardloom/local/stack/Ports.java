package io.cardloom.local.stack;

import io.cardloom.embedded.FreePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where the stack listens, all on loopback, counted from one base.
///
/// ```
/// +0 MCP   +1 Ingest API   +2 Destination API   +8, +9 Keycloak and its health
/// +11..14 gRPC   +20..24 health and metrics   +30 PostgreSQL   +31, +32 Kafka
/// ```
///
/// A second instance of a service is 50 higher, a third 100.
public record Ports(int base) {
  public static final int BASE = 7400;
  static final int INSTANCES_MAX = 4;
  private static final int STRIDE = 50;

  public Ports {
    if (base < 1024 || base > 65_535 - STRIDE * INSTANCES_MAX) {
      throw new IllegalArgumentException(
          "The port base must be 1024 to " + (65_535 - STRIDE * INSTANCES_MAX) + ".");
    }
  }

  /// The public HTTP side, where the service has one: MCP, the Ingest and the Destination API.
  public int http(Part part, int instance) {
    return base + part.portOffset() + STRIDE * instance;
  }

  public int grpc(Part part, int instance) {
    return base + 10 + part.portOffset() + STRIDE * instance;
  }

  public int admin(Part part, int instance) {
    return base + 20 + part.portOffset() + STRIDE * instance;
  }

  public int keycloak() {
    return base + 8;
  }

  public int keycloakManagement() {
    return base + 9;
  }

  public int postgres() {
    return base + 30;
  }

  public int kafka() {
    return base + 31;
  }

  public int kafkaController() {
    return base + 32;
  }

  /// The ports among those the stack would use that something else listens on.
  public List<Integer> taken(Map<Part, Integer> instances) {
    var wanted =
        new ArrayList<>(
            List.of(keycloak(), keycloakManagement(), postgres(), kafka(), kafkaController()));
    instances.forEach((part, count) -> {
      for (int instance = 0; instance < count; instance++) {
        wanted.add(http(part, instance));
        wanted.add(grpc(part, instance));
        wanted.add(admin(part, instance));
      }
    });
    return wanted.stream().filter(port -> !FreePort.isFree(port)).sorted().toList();
  }
}
