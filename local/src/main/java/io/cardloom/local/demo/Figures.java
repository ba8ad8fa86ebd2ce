package io.cardloom.local.demo;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the demo measured.
///
/// @param acceptedPerSecond rows a second from the first batch sent to the last one accepted
/// @param endToEndPerSecond rows a second until the last of them is visible
/// @param visibleP50Ms one change from accepted to visible, as seen from outside
/// @param facetedP99Ms a search with filters, five facets and sort, through MCP
/// @param startSeconds [#ELSEWHERE] where the stack ran before
/// @param memoryMb all processes of the stack, shared pages counted once; 0 where it is not known
public record Figures(
    long entries,
    long cards,
    long endpointRows,
    double acceptedPerSecond,
    double endToEndPerSecond,
    double visibleP50Ms,
    double visibleP99Ms,
    double startSeconds,
    double facetedP99Ms,
    double plainP99Ms,
    long memoryMb,
    int toolsListBytes) {

  /// Instead of the seconds of a start that was not ours.
  public static final double ELSEWHERE = 0;

  /// The object that `--json` prints.
  public ObjectNode json(String mcpUrl, String token) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("entries", entries)
        .put("cards", cards)
        .put("endpointRows", endpointRows)
        .put("acceptedPerSecond", rounded(acceptedPerSecond))
        .put("endToEndPerSecond", rounded(endToEndPerSecond))
        .put("visibleP50Ms", rounded(visibleP50Ms))
        .put("visibleP99Ms", rounded(visibleP99Ms))
        .put("startSeconds", rounded(startSeconds))
        .put("mcpUrl", mcpUrl)
        .put("token", token);
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }

  /// Where it stands against what it must reach, as lines of a table.
  public String table() {
    return line(
            "import to visible in the endpoint",
            "%,.0f entries/s",
            endToEndPerSecond,
            ">= 5,000",
            endToEndPerSecond >= 5000)
        + line(
            "one change, accepted to visible, p50",
            "%.0f ms",
            visibleP50Ms,
            "<= 50 ms",
            visibleP50Ms <= 50)
        + line(
            "one change, accepted to visible, p99",
            "%.0f ms",
            visibleP99Ms,
            "<= 250 ms",
            visibleP99Ms <= 250)
        + line(
            "search, filter + 5 facets + sort, p99 (by MCP)",
            "%.0f ms",
            facetedP99Ms,
            "<= 30 ms",
            facetedP99Ms <= 30)
        + line(
            "search, filter + sort, p99 (by MCP)",
            "%.0f ms",
            plainP99Ms,
            "<= 10 ms",
            plainP99Ms <= 10)
        + line(
            "tools/list",
            "%,.0f bytes",
            (double) toolsListBytes,
            "<= 48 KB",
            toolsListBytes <= 48 * 1024)
        + ofTheStack();
  }

  /// Nothing where it ran before, elsewhere.
  private String ofTheStack() {
    if (startSeconds == ELSEWHERE) {
      return "";
    }
    return line("start of the whole stack", "%.1f s", startSeconds, "<= 40 s", startSeconds <= 40)
        + line(
            "memory of the whole stack",
            "%,.0f MB",
            (double) memoryMb,
            "<= 3 GB",
            memoryMb <= 3072);
  }

  private static String line(
      String what, String format, double value, String target, boolean reached) {
    return "  %-48s %18s   %-10s %s%n"
        .formatted(what, format.formatted(value), target, reached ? "reached" : "MISSED");
  }
}
