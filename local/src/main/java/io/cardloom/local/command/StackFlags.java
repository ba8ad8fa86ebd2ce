package io.cardloom.local.command;

import io.cardloom.local.stack.Part;
import io.cardloom.local.stack.Ports;
import io.cardloom.local.stack.StackOptions;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// Options of the verbs that start the stack.
public final class StackFlags {
  @Option(
      names = "--port-base",
      defaultValue = "" + Ports.BASE,
      description = "First of the ports; MCP listens on it. ${DEFAULT-VALUE} where not given.")
  int portBase = Ports.BASE;

  @Option(names = "--separate", description = "A process of its own for each service.")
  boolean separate;

  @Option(
      names = "--instances",
      paramLabel = "SERVICE=N",
      description = "Run N instances of a service, or of all with all=N.")
  Map<String, Integer> instances = new LinkedHashMap<>();

  StackOptions options(Path dataDir) {
    var counts = new EnumMap<Part, Integer>(Part.class);
    instances.forEach((title, count) -> {
      if (title.equals("all")) {
        for (var part : Part.values()) {
          counts.putIfAbsent(part, count);
        }
      } else {
        counts.put(Part.titled(title), count);
      }
    });
    return new StackOptions(portBase, dataDir.toString(), separate, counts);
  }
}
