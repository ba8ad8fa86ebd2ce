package io.cardloom.kit.problem;

import java.util.List;

/// Carries a [Problem] from the rule that finds it to the edge that answers it.
public final class ProblemException extends RuntimeException {
  private final transient Problem problem;

  public ProblemException(Problem problem) {
    super(problem.code() + ": " + problem.message());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  /// Throws [Problem.Invalid] when there is a violation.
  public static void throwIfAny(List<Violation> violations) {
    if (!violations.isEmpty()) throw new ProblemException(new Problem.Invalid(violations));
  }
}
