package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.identity.Principal;

/// One request of a verified caller, in a revision that is served.
///
/// @param notices where to tell the client something before the answer
public record Call(Revision revision, Envelope envelope, Principal principal, Notices notices) {
  private static final int TOOL_CHARS_MAX = 64;

  /// The tool that is called, cut to what a meter takes; empty where none is named.
  String tool() {
    String name = envelope.params().name();
    if (name == null) return "";
    return name.length() <= TOOL_CHARS_MAX ? name : name.substring(0, TOOL_CHARS_MAX);
  }

  /// Whether the client declared an extension with this request.
  public boolean declares(String extension) {
    return revision.modern()
        && envelope.members(envelope.params().capabilities()).get("extensions")
            instanceof java.util.Map<?, ?> extensions
        && extensions.get(extension) instanceof java.util.Map<?, ?>;
  }

  /// Whether the client said, with this request, that it can ask its person for input in a form.
  public boolean elicits() {
    return revision.modern()
        && envelope.members(envelope.params().capabilities()).get("elicitation")
            instanceof java.util.Map<?, ?> modes
        && (modes.isEmpty() || modes.containsKey("form"));
  }
}
