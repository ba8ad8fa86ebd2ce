package io.cardloom.aggregator.call;

import io.cardloom.aggregator.catalogue.Tool;
import io.cardloom.aggregator.identity.Principal;
import io.cardloom.kit.limit.Buckets;
import io.cardloom.kit.limit.Buckets.Rate;
import io.cardloom.kit.problem.Problem;
import io.cardloom.kit.run.Settings;
import io.cardloom.proto.Effect;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// How many calls a second one caller may make, apart for what they do: a flood of searches does
/// not stop an import.
public final class CallLimits {
  /// Calls a second, with twice as many at once; keys `limit.read`, `limit.write`, `limit.publish`.
  ///
  /// @param read tools that change nothing
  /// @param write tools that add, change or remove
  /// @param publish tools that change what is live
  public record Rates(int read, int write, int publish) {
    public static final Rates USUAL = new Rates(500, 100, 10);

    public static Rates from(Settings settings) {
      return new Rates(
          settings.number("limit.read", USUAL.read),
          settings.number("limit.write", USUAL.write),
          settings.number("limit.publish", USUAL.publish));
    }
  }

  private record Subject(String workspace, String subject) {}

  private final Map<Effect, Buckets<Subject>> byEffect = new EnumMap<>(Effect.class);
  private final Map<Effect, Integer> perSecond = new EnumMap<>(Effect.class);

  public CallLimits(Rates rates) {
    share(rates.read(), Effect.READ, Effect.DRAFT);
    share(rates.write(), Effect.CREATE, Effect.CHANGE, Effect.DELETE);
    share(rates.publish(), Effect.PUBLISH_EFFECT);
  }

  private void share(int rate, Effect... effects) {
    var buckets = new Buckets<Subject>(Rate.of(rate));
    for (var effect : effects) {
      byEffect.put(effect, buckets);
      perSecond.put(effect, rate);
    }
  }

  /// Throws [Problem.OverLimit] where the caller has used up its calls of this kind for now.
  void take(Principal principal, Tool tool) {
    var buckets = byEffect.get(tool.effect());
    if (buckets == null) return;
    Duration wait = buckets.take(new Subject(principal.workspace(), principal.subject()));
    if (!wait.isPositive()) return;
    String limit = perSecond.get(tool.effect()) + " calls a second";
    throw new Problem.OverLimit(limit, wait).exception();
  }
}
