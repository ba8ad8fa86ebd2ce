package io.cardloom.local.command;

import io.cardloom.local.Refusal;

/// Names of workspaces that several verbs share.
final class WorkspaceNames {
  /// The example workspace.
  static final String DEMO = "demo";

  private WorkspaceNames() {}

  /// The safename as it is. Refuses what cannot be one.
  static String checked(String workspace) {
    if (!workspace.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new Refusal(
          "A workspace is named by 1 to 63 of a-z 0-9 and -, with no - at either end, not "
              + workspace
              + ".");
    }
    return workspace;
  }
}
