package io.cardloom.aggregator.mcp;

import io.cardloom.aggregator.codec.RawUtf8;
import io.cardloom.aggregator.mcp.Envelope.Slice;
import io.cardloom.aggregator.mcp.Outcome.Failure;
import io.grpc.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// One request whose answer may take long. The work runs on a thread of its own; the thread of the
/// connection waits for it, a moment for a plain answer, then on a stream with signs of life. A
/// client that leaves shows when such a sign cannot be written: that cancels the work and every
/// call it has made.
final class Exchange implements Notices {
  /// Most notices waiting to be written; a client that reads slower than that loses some.
  private static final int NOTICES_MAX = 256;

  /// How often a client that asked for progress is told of it.
  private static final Duration TICK = Duration.ofSeconds(1);

  private static final byte[] OPEN = ": open\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "event: message\ndata: ".getBytes(StandardCharsets.US_ASCII);

  private sealed interface Frame {
    record Notice(byte[] json) implements Frame {}

    record End(Outcome outcome) implements Frame {}
  }

  private final byte @Nullable [] token;
  private final Duration heartbeat;
  private final boolean leavingCancels;
  private final long begun = System.nanoTime();
  private final LinkedBlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final AtomicInteger notices = new AtomicInteger();
  private volatile boolean toldProgress;

  /// @param leavingCancels older revisions do not take a client that leaves for a wish to cancel
  Exchange(Envelope envelope, Duration heartbeat, boolean leavingCancels) {
    Slice place = envelope.params().progressToken();
    this.token =
        place.given()
            ? Arrays.copyOfRange(envelope.body(), place.from(), place.from() + place.length())
            : null;
    this.heartbeat = heartbeat;
    this.leavingCancels = leavingCancels;
  }

  boolean wantsProgress() {
    return token != null;
  }

  /// Does the work, and gives its outcome where it comes within `wait` and before any notice. Else
  /// opens a stream, writes what comes, and gives null.
  ///
  /// @param stream opens the stream, or gives null where there can be none: then the outcome is
  ///   waited for
  /// @param encode the last message of a stream
  @Nullable Outcome run(
      Supplier<Outcome> work,
      Duration wait,
      Supplier<@Nullable OutputStream> stream,
      Function<Outcome, byte[]> encode) {
    var context = Context.ROOT.withCancellation();
    Runnable working =
        () -> {
          Outcome outcome = new Failure(Failure.INTERNAL, "Something went wrong here.");
          try {
            outcome = work.get();
          } finally {
            frames.add(new Frame.End(outcome)); // whatever happens, nobody waits for ever
          }
        };
    var worker = Thread.ofVirtual().name("mcp-call").start(context.wrap(working));
    try {
      Frame first = frames.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      if (first instanceof Frame.End(var outcome)) return outcome;
      OutputStream out = stream.get();
      if (out == null) return outcome();
      write(out, OPEN);
      follow(out, first, encode);
      return null;
    } catch (InterruptedException stopping) {
      worker.interrupt();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the server stops", stopping);
    } catch (RuntimeException left) {
      // A write to a client that is gone: the server has more than one exception for that.
      if (leavingCancels) {
        context.cancel(left);
        worker.interrupt();
      }
      throw left;
    } finally {
      if (!worker.isAlive()) context.cancel(null);
    }
  }

  private Outcome outcome() throws InterruptedException {
    while (true) {
      if (frames.take() instanceof Frame.End(var outcome)) return outcome;
    }
  }

  private void follow(OutputStream out, @Nullable Frame first, Function<Outcome, byte[]> encode)
      throws InterruptedException {
    Duration pause = token == null || heartbeat.compareTo(TICK) < 0 ? heartbeat : TICK;
    Frame frame = first;
    while (true) {
      switch (frame) {
        case null -> write(out, token == null || toldProgress ? HEARTBEAT : event(elapsed()));
        case Frame.Notice(var json) -> {
          notices.decrementAndGet();
          write(out, event(json));
        }
        case Frame.End(var outcome) -> {
          write(out, event(encode.apply(outcome)));
          close(out);
          return;
        }
      }
      frame = frames.poll(pause.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /// All that is known of work that does not tell itself: how long it has been under way.
  private byte[] elapsed() {
    double seconds = (System.nanoTime() - begun) / 1_000_000 / 1000.0;
    return progressMessage(seconds, null, "Under way for " + Math.round(seconds) + " s.");
  }

  @Override
  public void progress(double progress, @Nullable Double total) {
    if (token == null) return;
    toldProgress = true;
    offer(progressMessage(progress, total, ""));
  }

  private byte[] progressMessage(double progress, @Nullable Double total, String message) {
    var written = java.util.Objects.requireNonNull(token);
    return Wire.notification(
        "notifications/progress",
        out -> {
          out.writeName("progressToken");
          out.writeRawValue(RawUtf8.of(written));
          number(out, "progress", progress);
          if (total != null) number(out, "total", total);
          if (!message.isEmpty()) out.writeStringProperty("message", message);
        });
  }

  private static void number(JsonGenerator out, String name, double value) {
    if (value == Math.rint(value)) out.writeNumberProperty(name, (long) value);
    else out.writeNumberProperty(name, value);
  }

  @Override
  public void send(String method, Consumer<JsonGenerator> params) {
    offer(Wire.notification(method, params));
  }

  private void offer(byte[] json) {
    if (notices.incrementAndGet() > NOTICES_MAX) notices.decrementAndGet();
    else frames.add(new Frame.Notice(json));
  }

  /// One event is one write, so that it leaves at once.
  private static byte[] event(byte[] json) {
    byte[] event = Arrays.copyOf(DATA, DATA.length + json.length + 2);
    System.arraycopy(json, 0, event, DATA.length, json.length);
    event[event.length - 2] = '\n';
    event[event.length - 1] = '\n';
    return event;
  }

  private static void write(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }

  private static void close(OutputStream out) {
    try {
      out.close();
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }
}
