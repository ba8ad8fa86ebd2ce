package io.cardloom.aggregator.mcp;

import tools.jackson.core.JsonGenerator;

/// What the server calls itself.
///
/// @param instructions what an agent should know before its first call
public record ServerInfo(String name, String title, String version, String instructions) {

  public static final ServerInfo CARDLOOM =
      new ServerInfo(
          "cardloom",
          "Cardloom",
          "0.1.0",
          "Cardloom turns entries of data sources into cards and publishes them through endpoints."
              + " Call whoami to see what you may do, list_configuration to see what there is. Failed calls say what to call next.");

  void write(JsonGenerator out) {
    out.writeStartObject();
    out.writeStringProperty("name", name);
    out.writeStringProperty("title", title);
    out.writeStringProperty("version", version);
    out.writeEndObject();
  }
}
