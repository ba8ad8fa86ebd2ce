package io.cardloom.local.mcp;

import java.util.List;

/// A tool that ran and refused.
public final class ToolFailed extends RuntimeException {
  private final String code;
  private final List<Violation> violations;

  /// One broken rule of the input.
  public record Violation(String path, String rule, String message) {}

  /// @param code stable code word; empty where the answer had none
  ToolFailed(String tool, String code, String message, List<Violation> violations) {
    super(tool + " refused: " + message);
    this.code = code;
    this.violations = List.copyOf(violations);
  }

  public String code() {
    return code;
  }

  public List<Violation> violations() {
    return violations;
  }
}
