package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What revision 2026-07-28 asks of a request's headers: that they say the same as its body.
final class HeaderCheck {
  static final HeaderName VERSION = HeaderNames.create("MCP-Protocol-Version");
  static final HeaderName METHOD = HeaderNames.create("Mcp-Method");
  static final HeaderName NAME = HeaderNames.create("Mcp-Name");

  private static final String BASE64_START = "=?base64?";
  private static final String BASE64_END = "?=";

  private HeaderCheck() {}

  /// What is wrong with the headers of a request, or null.
  static @Nullable Failure check(Headers headers, Envelope envelope) {
    var wrong = same(headers, VERSION, String.valueOf(envelope.params().metaVersion()), false);
    if (wrong == null) wrong = same(headers, METHOD, envelope.method(), false);
    String name =
        switch (envelope.method()) {
          case "tools/call", "prompts/get" -> envelope.params().name();
          case "resources/read" -> envelope.params().uri();
          case "tasks/get", "tasks/update", "tasks/cancel" -> envelope.params().taskId();
          default -> null;
        };
    if (wrong == null && name != null) wrong = same(headers, NAME, name, true);
    return wrong;
  }

  /// The one value of a header without the space around it, or null.
  static @Nullable String value(Headers headers, HeaderName header) {
    List<String> values = headers.contains(header) ? headers.get(header).allValues() : List.of();
    return values.size() == 1 ? values.getFirst().strip() : null;
  }

  private static @Nullable Failure same(
      Headers headers, HeaderName header, String inBody, boolean mayBeEncoded) {
    String value = value(headers, header);
    if (value == null) return mismatch(header, "is missing or given twice");
    if (mayBeEncoded && value.startsWith(BASE64_START) && value.endsWith(BASE64_END)) {
      value = decode(value.substring(BASE64_START.length(), value.length() - BASE64_END.length()));
      if (value == null) return mismatch(header, "is not strict base64");
    }
    return value.equals(inBody) ? null : mismatch(header, "differs from the body");
  }

  /// Java's decoder takes input without padding; this does not.
  private static @Nullable String decode(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return Base64.getEncoder().encodeToString(bytes).equals(base64)
          ? new String(bytes, StandardCharsets.UTF_8)
          : null;
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private static Failure mismatch(HeaderName header, String how) {
    return new Failure(
        Failure.HEADER_MISMATCH, "The header " + header.defaultCase() + " " + how + ".");
  }
}
