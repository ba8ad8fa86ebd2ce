package io.cardloom.aggregator.audit;

import com.google.protobuf.ByteString;
import io.cardloom.aggregator.audit.Refusal.Standing;
import io.cardloom.aggregator.codec.JsonText;
import io.cardloom.kit.run.Loop;
import io.cardloom.proto.events.v1.AuditRecorded;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Counts refusals that cost the refused nothing, and tells of them in a few records: one for all
/// equal ones of a window of time. Windows of a workspace become longer while it goes on, so that a
/// stranger who keeps at it fills neither the memory here nor anybody's audit log.
///
/// Only workspaces that someone has signed in to are told of; for others, which may not exist, a
/// few are remembered until someone does.
public final class Refusals {
  /// First window of those who should not be here: told soon.
  static final Duration WINDOW_MIN = Duration.ofSeconds(10);

  /// Longest window, and the only one of those who are about to sign in.
  static final Duration WINDOW_MAX = Duration.ofMinutes(10);

  /// Refusals that a window keeps apart; more are one record together. With the longest window that
  /// is at most 864 records a day of each standing.
  static final int APART_MAX = 5;

  /// Workspaces someone has signed in to. Past it, all are forgotten and learned again.
  static final int KNOWN_MAX = 10_000;

  /// Windows at a time, of workspaces that are known and of such that are not.
  static final int WINDOWS_MAX = 3_000;

  static final int WAITING_MAX = 100;

  /// How long a workspace that may not exist is remembered.
  static final Duration WAITING_LIFE = Duration.ofDays(1);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private record Place(String workspace, Standing standing) {}

  private static final class Count {
    private long times;
    private final Instant first;
    private Instant last;

    Count(Instant first) {
      this.first = first;
      this.last = first;
    }
  }

  private static final class Window {
    private final Duration length;
    private final Instant begun;
    private final Map<Refusal, Count> counts = new LinkedHashMap<>();

    Window(Duration length, Instant begun) {
      this.length = length;
      this.begun = begun;
    }

    void add(Refusal refusal, Instant now) {
      boolean room = counts.containsKey(refusal) || counts.size() < APART_MAX;
      var count = counts.computeIfAbsent(room ? refusal : refusal.together(), _ -> new Count(now));
      count.times++;
      count.last = now;
    }

    boolean over(Instant now) {
      return !now.isBefore(begun.plus(length));
    }

    Window next(Instant now) {
      Duration longer = length.multipliedBy(2);
      return new Window(longer.compareTo(WINDOW_MAX) > 0 ? WINDOW_MAX : longer, now);
    }
  }

  private final Consumer<AuditRecorded> records;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final Map<Place, Window> windows = new LinkedHashMap<>();
  private final Map<Place, Window> waiting = new LinkedHashMap<>();

  public Refusals(Consumer<AuditRecorded> records, Clock clock, MeterRegistry meters) {
    this.records = records;
    this.clock = clock;
    this.meters = meters;
  }

  /// Someone has signed in to the workspace, so there is one.
  public void signedIn(String workspace) {
    if (known.contains(workspace)) return;
    if (known.size() >= KNOWN_MAX) known.clear();
    known.add(workspace);
  }

  public void count(Refusal refusal) {
    meters
        .counter(
            "mcp.server.refusals",
            "standing",
            refusal.standing().name().toLowerCase(java.util.Locale.ROOT),
            "outcome",
            refusal.outcome())
        .increment();
    Instant now = clock.instant();
    var place = new Place(refusal.workspace(), refusal.standing());
    boolean exists = known.contains(refusal.workspace());
    synchronized (this) {
      var among = exists ? windows : waiting;
      var window = among.get(place);
      if (window == null) {
        if (among.size() >= (exists ? WINDOWS_MAX : WAITING_MAX)) return;
        window = new Window(first(refusal.standing()), now);
        among.put(place, window);
      }
      window.add(refusal, now);
    }
  }

  private static Duration first(Standing standing) {
    return switch (standing) {
      case SIGNING_IN -> WINDOW_MAX;
      case STRANGER, MEMBER -> WINDOW_MIN;
    };
  }

  /// Tells what is due for as long as the service runs, and all that is left at its end.
  public Loop.Body telling() {
    return new Loop.Body() {
      @Override
      public int once() throws InterruptedException {
        int told = tell(false);
        if (told == 0) Thread.sleep(PAUSE);
        return told;
      }

      @Override
      public void close() {
        tell(true);
      }
    };
  }

  /// Returns how many records it made.
  ///
  /// @param all whatever is counted, not only what is due
  int tell(boolean all) {
    var due = due(clock.instant(), all);
    due.forEach(records);
    return due.size();
  }

  private synchronized List<AuditRecorded> due(Instant now, boolean all) {
    var due = new ArrayList<AuditRecorded>();
    for (var place : List.copyOf(waiting.keySet())) {
      var window = waiting.get(place);
      if (window == null) continue;
      if (known.contains(place.workspace())) {
        waiting.remove(place);
        window.counts.forEach((refusal, count) -> due.add(record(refusal, count)));
      } else if (!now.isBefore(window.begun.plus(WAITING_LIFE))) {
        waiting.remove(place);
      }
    }
    for (var place : List.copyOf(windows.keySet())) {
      var window = windows.get(place);
      if (window == null || !(all || window.over(now))) continue;
      window.counts.forEach((refusal, count) -> due.add(record(refusal, count)));
      // A window in which nothing came is the last.
      if (window.counts.isEmpty()) windows.remove(place);
      else windows.put(place, window.next(now));
    }
    return due;
  }

  private static AuditRecorded record(Refusal refusal, Count count) {
    return AuditRecorded.newBuilder()
        .setTenant(refusal.workspace())
        .setId(UUID.randomUUID().toString())
        .setAtMicros(ChronoUnit.MICROS.between(Instant.EPOCH, count.first))
        .setSubject(refusal.subject())
        .setName(refusal.name())
        .setClientId(refusal.client())
        .setTool(refusal.tool())
        .setRefused(true)
        .setOutcome(refusal.outcome())
        .setDurationMs(Duration.between(count.first, count.last).toMillis())
        .setArguments(ByteString.copyFrom(told(refusal, count)))
        .build();
  }

  private static byte[] told(Refusal refusal, Count count) {
    return JsonText.bytes(out -> {
      out.writeStartObject();
      out.writeStringProperty("reason", refusal.reason());
      out.writeNumberProperty("times", count.times);
      out.writeStringProperty("last", count.last.toString());
      if (!refusal.from().isEmpty()) out.writeStringProperty("from", refusal.from());
      out.writeBooleanProperty("verified", !refusal.subject().isEmpty());
      out.writeEndObject();
    });
  }
}
