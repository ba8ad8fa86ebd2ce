package io.cardloom.local.load;

import java.util.TreeMap;

/// Batches settle in any order; the file is settled up to the last one without a gap before it.
final class SettledOrder {
  private final Confirmed confirmed;
  private final TreeMap<Long, Long> linesByNumber = new TreeMap<>();
  private long numbersGiven;
  private long nextToConfirm;

  SettledOrder(Confirmed confirmed) {
    this.confirmed = confirmed;
  }

  /// The number of the next batch, from 0.
  synchronized long next() {
    return numbersGiven++;
  }

  synchronized void settled(long number, long lastLine) {
    linesByNumber.put(number, lastLine);
    long line = -1;
    while (!linesByNumber.isEmpty() && linesByNumber.firstKey() == nextToConfirm) {
      line = linesByNumber.pollFirstEntry().getValue();
      nextToConfirm++;
    }
    if (line > 0) {
      confirmed.upTo(line);
    }
  }
}
