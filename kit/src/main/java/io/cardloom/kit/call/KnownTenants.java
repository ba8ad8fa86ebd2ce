package io.cardloom.kit.call;

import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.problem.ProblemException;

/// Which workspaces a service answers for.
@FunctionalInterface
public interface KnownTenants {
  /// Returns when the service answers for it.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException with the reason when it does not
  void require(String tenant);

  /// Whether the service answers for it, for those who are not told why it does not: one that is
  /// archived is to them like one that never was.
  default boolean has(String tenant) {
    try {
      require(tenant);
      return true;
    } catch (ProblemException refused) {
      return switch (refused.problem()) {
        case Problem.NotFound _, Problem.WrongState _ -> false;
        default -> throw refused;
      };
    }
  }
}
