package io.cardloom.aggregator.conformance;

import io.cardloom.aggregator.mcp.Feature;
import java.util.Map;

/// The completion that the suite asks for.
final class FixtureCompletion implements Feature {
  @Override
  public String capability() {
    return "completions";
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of(
        "completion/complete",
        new Method(
            Pace.QUICK,
            _ ->
                Fixture.result(
                    "{'completion':{'values':['paris','park','party'],'total':3,'hasMore':false}}")));
  }
}
