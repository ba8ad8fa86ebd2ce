package io.cardloom.kit.event;

import io.cardloom.kit.run.Loop;

/// The way of a change through the system. Each lane has topics, relays and consumers of its own,
/// so a change of one object does not wait behind the thousands of an import.
///
/// Two changes of one object may overtake each other where they go different ways: consumers keep
/// the newest version, as they do for repeats.
public enum Lane {
  /// Of few changes at once, such as a person or an agent makes and waits for.
  PROMPT(""),
  /// Of many at once, as imports and conversions write them, and of backfills.
  BULK("-bulk");

  /// Most changes of one transaction that go the prompt way. A consumer handles as many in some
  /// tens of milliseconds.
  public static final int PROMPT_MAX = 100;

  private final String ending;

  /// What works in a lane.
  @FunctionalInterface
  public interface Bodies {
    Loop.Body of(Lane lane) throws Exception;
  }

  Lane(String ending) {
    this.ending = ending;
  }

  /// The lane for so many changes made at once.
  public static Lane of(int changes) {
    return changes <= PROMPT_MAX ? PROMPT : BULK;
  }

  /// What a topic, a group or a loop is called in this lane.
  public String named(String name) {
    return name + ending;
  }

  /// Its part of an outbox. Rows keep it, so the order of the lanes above stays.
  short shard() {
    return (short) ordinal();
  }
}
