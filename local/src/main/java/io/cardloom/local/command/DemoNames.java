package io.cardloom.local.command;

/// Names that several verbs share.
final class DemoNames {
  /// The example workspace.
  static final String WORKSPACE = "demo";

  private DemoNames() {}
}
