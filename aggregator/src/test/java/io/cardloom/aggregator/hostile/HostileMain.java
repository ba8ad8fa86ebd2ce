package io.cardloom.aggregator.hostile;

import io.cardloom.aggregator.testing.TestEdge;
import io.cardloom.aggregator.testing.TestIssuer;
import java.lang.management.ManagementFactory;
import java.util.TreeMap;

/// Sends 100,000 hostile requests, or as many as the first argument says, and prints after each
/// tenth how much memory is in use and how many threads there are. Ends with 1 where an answer was
/// a 5xx or a call is left.
public final class HostileMain {
  private static final int ROUNDS = 10;

  private HostileMain() {}

  public static void main(String[] args) throws InterruptedException {
    int requests = args.length == 0 ? 100_000 : Integer.parseInt(args[0]);
    var all = new TreeMap<Integer, Integer>();
    try (var edge = new TestEdge()) {
      for (int round = 0; round < ROUNDS; round++) {
        var token = TestIssuer.admin("acme");
        new HostileRequests(edge, token, 1000 + round)
            .send(requests / ROUNDS)
            .forEach((status, count) -> all.merge(status, count, Integer::sum));
        System.gc();
        System.out.printf(
            "%d sent, heap %d KB, platform threads %d, answers %s%n",
            (round + 1) * (requests / ROUNDS),
            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024,
            ManagementFactory.getThreadMXBean().getThreadCount(),
            all);
      }
      for (int i = 0; i < 100 && Threads.ofCalls() > 0; i++) Thread.sleep(100);
      long left = Threads.ofCalls();
      boolean broken = all.keySet().stream().anyMatch(status -> status >= 500);
      System.out.println("calls left " + left + ", 5xx " + broken);
      System.exit(left > 0 || broken ? 1 : 0);
    }
  }
}
