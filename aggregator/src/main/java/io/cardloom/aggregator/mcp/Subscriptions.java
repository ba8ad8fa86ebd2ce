package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.codec.RawUtf8;
import io.cardloom.aggregator.mcp.Outcome.Result;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JsonGenerator;

/// `subscriptions/listen`: tells clients that a list has changed. Honours what can change here and
/// says so first; a client that asked for something else gets a stream with signs of life.
public final class Subscriptions implements Feature, AutoCloseable {
  /// What may change.
  public enum Change {
    TOOLS("toolsListChanged", "notifications/tools/list_changed"),
    PROMPTS("promptsListChanged", "notifications/prompts/list_changed"),
    RESOURCES("resourcesListChanged", "notifications/resources/list_changed");

    private final String asked;
    private final String told;

    Change(String asked, String told) {
      this.asked = asked;
      this.told = told;
    }
  }

  private static final int CHANGES_MAX = 16;

  /// Wakes a listener that is to end.
  private sealed interface Event {
    record Changed(Change change) implements Event {}

    record End() implements Event {}
  }

  private final Set<Change> changing;
  private final Duration life;
  private final Set<LinkedBlockingQueue<Event>> listeners = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// @param changing what can change while the server runs
  /// @param life longest life of one stream; it ends in order
  public Subscriptions(Set<Change> changing, Duration life) {
    this.changing = Set.copyOf(changing);
    this.life = life;
  }

  @Override
  public String capability() {
    return "";
  }

  @Override
  public Map<String, Method> methods() {
    return Map.of("subscriptions/listen", new Method(Pace.LISTENING, this::listen));
  }

  /// Tells every listener that asked for it.
  public void changed(Change change) {
    for (var listener : listeners) listener.offer(new Event.Changed(change));
  }

  private Outcome listen(Call call) {
    var envelope = call.envelope();
    if (!(envelope.members(envelope.params().all()).get("notifications")
        instanceof Map<?, ?> asked)) {
      return Outcome.Failure.wrongParams("params.notifications must be an object.");
    }
    var honoured = EnumSet.noneOf(Change.class);
    for (var change : changing) {
      if (Boolean.TRUE.equals(asked.get(change.asked))) honoured.add(change);
    }
    var queue = new LinkedBlockingQueue<Event>(CHANGES_MAX);
    listeners.add(queue);
    try {
      call.notices()
          .send(
              "notifications/subscriptions/acknowledged",
              out -> {
                out.writeName("notifications");
                out.writeStartObject();
                for (var change : honoured) out.writeBooleanProperty(change.asked, true);
                out.writeEndObject();
                meta(out, envelope);
              });
      follow(call, honoured, queue);
    } catch (InterruptedException left) {
      Thread.currentThread().interrupt();
    } finally {
      listeners.remove(queue);
    }
    return new Result(Outcome.Kind.COMPLETE, false, _ -> {}, out -> subscriptionId(out, envelope));
  }

  private void follow(Call call, Set<Change> honoured, LinkedBlockingQueue<Event> queue)
      throws InterruptedException {
    long end = System.nanoTime() + life.toNanos();
    while (!closed) {
      switch (queue.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        case null -> {
          return;
        }
        case Event.End() -> {
          return;
        }
        case Event.Changed(var change) -> {
          if (honoured.contains(change))
            call.notices().send(change.told, out -> meta(out, call.envelope()));
        }
      }
    }
  }

  private static void meta(JsonGenerator out, Envelope envelope) {
    out.writeName("_meta");
    out.writeStartObject();
    subscriptionId(out, envelope);
    out.writeEndObject();
  }

  /// The id of the request that asked.
  private static void subscriptionId(JsonGenerator out, Envelope envelope) {
    out.writeName("io.modelcontextprotocol/subscriptionId");
    out.writeRawValue(RawUtf8.of(java.util.Objects.requireNonNull(envelope.id())));
  }

  /// Ends every stream with its result.
  @Override
  public void close() {
    closed = true;
    for (var listener : listeners) {
      listener.clear();
      listener.offer(new Event.End());
    }
  }
}
