package io.cardloom.local.verify;

import java.util.ArrayList;
import java.util.List;

/// Every difference counted, the first ones kept.
public final class Differences {
  private final int keptMax;
  private final List<Difference> kept = new ArrayList<>();
  private long count;
  private long compared;

  public Differences(int keptMax) {
    this.keptMax = keptMax;
  }

  void found(Difference difference) {
    count++;
    if (kept.size() < keptMax) {
      kept.add(difference);
    }
  }

  void compared() {
    compared++;
  }

  public long count() {
    return count;
  }

  /// Documents looked at on either side.
  public long comparedCount() {
    return compared;
  }

  public List<Difference> kept() {
    return List.copyOf(kept);
  }
}
