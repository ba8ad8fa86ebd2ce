package io.cardloom.kit.limit;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Token buckets by key: each fills at one rate up to its burst, and every use takes one.
public final class Buckets<K> {
  /// Most keys remembered. Past it, keys that have used nothing lately are forgotten, and should
  /// that not be enough, all of them.
  private static final int KEYS_MAX = 20_000;

  /// How fast buckets fill.
  ///
  /// @param perSecond uses a second in the long run
  /// @param burst uses at once
  public record Rate(int perSecond, int burst) {
    public Rate {
      if (perSecond < 1 || burst < 1)
        throw new IllegalArgumentException("a limit must allow at least 1 a second");
    }

    /// A burst of two seconds' worth.
    public static Rate of(int perSecond) {
      return new Rate(perSecond, 2 * perSecond);
    }
  }

  /// When a bucket will be full again, in nanoseconds: all there is to know of it.
  private final ConcurrentHashMap<K, Long> fullAt = new ConcurrentHashMap<>();

  private final LongSupplier nanos;
  private final long perUse;
  private final long full;

  public Buckets(Rate rate) {
    this(rate, System::nanoTime);
  }

  Buckets(Rate rate, LongSupplier nanos) {
    this.nanos = nanos;
    this.perUse = Duration.ofSeconds(1).toNanos() / rate.perSecond();
    this.full = perUse * rate.burst();
  }

  /// Takes one use; nothing where there was one, else how long until there is.
  public Duration take(K key) {
    long now = nanos.getAsLong();
    long[] wait = {0};
    if (fullAt.size() >= KEYS_MAX) forget(now);
    fullAt.compute(
        key,
        (_, before) -> {
          long from = before == null || before - now < 0 ? now : before;
          long after = from + perUse;
          wait[0] = after - now - full;
          return wait[0] > 0 ? from : after;
        });
    return wait[0] > 0 ? Duration.ofNanos(wait[0]) : Duration.ZERO;
  }

  int keys() {
    return fullAt.size();
  }

  private void forget(long now) {
    fullAt.values().removeIf(at -> at - now < 0);
    if (fullAt.size() >= KEYS_MAX) fullAt.clear();
  }
}
