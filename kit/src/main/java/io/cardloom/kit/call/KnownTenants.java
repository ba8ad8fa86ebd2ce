package io.cardloom.kit.call;

/// Which workspaces a service answers for.
@FunctionalInterface
public interface KnownTenants {
  /// Returns when the service answers for it.
  ///
  /// @throws io.cardloom.kit.problem.ProblemException with the reason when it does not
  void require(String tenant);
}
