package io.cardloom.aggregator.connect;

import io.cardloom.aggregator.codec.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What to put where, so that a client finds a workspace: the settings of the usual clients, ready
/// to be copied.
///
/// @param client its name
/// @param where key of the words that say where it goes
/// @param text to copy
record ClientSetup(String client, String where, String text) {

  private static final List<String> ORDER = List.of("type", "url", "command", "args");

  /// For one workspace, the most used first.
  ///
  /// @param safename of the workspace: letters, digits and dashes
  static List<ClientSetup> of(String safename, String url) {
    String name = "cardloom-" + safename;
    return List.of(
        new ClientSetup(
            "Claude Code",
            "setup.claude-code",
            "claude mcp add --transport http " + name + " " + url),
        new ClientSetup(
            "Claude Desktop",
            "setup.claude-desktop",
            json(
                "mcpServers",
                name,
                Map.of("command", "npx", "args", List.of("-y", "mcp-remote", url)))),
        new ClientSetup(
            "VS Code", "setup.vs-code", json("servers", name, Map.of("type", "http", "url", url))),
        new ClientSetup("Cursor", "setup.cursor", json("mcpServers", name, Map.of("url", url))),
        new ClientSetup(
            "JSON", "setup.json", json("mcpServers", name, Map.of("type", "http", "url", url))));
  }

  /// As people write such files: two spaces, one member a line.
  private static String json(String servers, String name, Map<String, ?> server) {
    var members =
        ORDER.stream()
            .filter(server::containsKey)
            .map(member ->
                "      " + value(member) + ": " + value(Objects.requireNonNull(server.get(member))))
            .toList();
    return "{\n  \"%s\": {\n    %s: {\n%s\n    }\n  }\n}"
        .formatted(servers, value(name), String.join(",\n", members));
  }

  private static String value(Object value) {
    return switch (value) {
      case List<?> list ->
          "[" + String.join(", ", list.stream().map(ClientSetup::value).toList()) + "]";
      default ->
          new String(
              JsonText.bytes(out -> out.writeString(value.toString())), StandardCharsets.UTF_8);
    };
  }
}
