package io.cardloom.aggregator.identity;

import java.util.List;

/// Who makes a request, as its `Authorization` headers tell.
@FunctionalInterface
public interface Authentication {
  /// @param authorization all values of the header
  /// @param workspace safename in the request's path
  Verdict check(List<String> authorization, String workspace);
}
