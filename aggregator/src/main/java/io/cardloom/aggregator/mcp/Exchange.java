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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// One request whose answer may take long. The thread of the connection does the work. Where that
/// takes longer than a plain answer may, or something is to be told before, another thread opens a
/// stream and keeps it up with signs of life; the connection's then waits for that one. A client
/// that leaves shows when such a sign cannot be written: that cancels the work and every call it
/// has made.
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

  /// Who answers: the connection's thread plainly, or a stream. It is decided once.
  private enum Way {
    OPEN,
    PLAIN,
    STREAM
  }

  private final byte @Nullable [] token;
  private final Duration heartbeat;
  private final boolean leavingCancels;
  private final long begun = System.nanoTime();
  private final LinkedBlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final AtomicInteger notices = new AtomicInteger();
  private final AtomicReference<Way> way = new AtomicReference<>(Way.OPEN);
  private final Overdue overdue;
  private final Supplier<@Nullable OutputStream> stream;
  private final Function<Outcome, byte[]> encode;

  /// Done when the stream is: whether there was one.
  private final CompletableFuture<Boolean> streamed = new CompletableFuture<>();

  private final Thread worker = Thread.currentThread();
  private final Context.CancellableContext context = Context.ROOT.withCancellation();

  private volatile boolean toldProgress;

  /// @param leavingCancels older revisions do not take a client that leaves for a wish to cancel
  /// @param stream opens the stream, or gives null where there can be none: then the answer is
  ///   plain
  /// @param encode the last message of a stream
  Exchange(
      Envelope envelope,
      Duration heartbeat,
      boolean leavingCancels,
      Overdue overdue,
      Supplier<@Nullable OutputStream> stream,
      Function<Outcome, byte[]> encode) {
    Slice place = envelope.params().progressToken();
    this.token =
        place.given()
            ? Arrays.copyOfRange(envelope.body(), place.from(), place.from() + place.length())
            : null;
    this.heartbeat = heartbeat;
    this.leavingCancels = leavingCancels;
    this.overdue = overdue;
    this.stream = stream;
    this.encode = encode;
  }

  boolean wantsProgress() {
    return token != null;
  }

  /// Does the work, and gives its outcome where it comes within `wait` and before any notice. Else
  /// the outcome goes out at the end of a stream, and this gives null.
  @Nullable Outcome run(Supplier<Outcome> work, Duration wait) {
    Outcome outcome = new Failure(Failure.INTERNAL, "Something went wrong here.");
    var due = overdue.after(wait, this::becomeStream);
    var before = context.attach();
    boolean plain;
    try {
      outcome = work.get();
    } finally {
      context.detach(before);
      overdue.forget(due);
      frames.add(new Frame.End(outcome)); // whatever happens, a stream does not wait for ever
      plain = way.compareAndSet(Way.OPEN, Way.PLAIN) || !streamed();
      context.cancel(null);
    }
    if (!plain) return null;
    if (worker.isInterrupted()) throw new IllegalStateException("the server stops");
    return outcome;
  }

  private void becomeStream() {
    if (way.compareAndSet(Way.OPEN, Way.STREAM)) {
      Thread.ofVirtual().name("mcp-stream").start(this::writeStream);
    }
  }

  private void writeStream() {
    try {
      OutputStream out = stream.get();
      if (out != null) {
        write(out, OPEN);
        follow(out);
      }
      streamed.complete(out != null);
    } catch (RuntimeException | InterruptedException left) {
      // A write to a client that is gone: the server has more than one exception for that.
      if (leavingCancels) {
        context.cancel(left);
        worker.interrupt();
      }
      streamed.completeExceptionally(left);
    } finally {
      streamed.complete(false); // whatever happens, nobody waits for ever
    }
  }

  /// Waits for the end of the stream, which has the outcome or a client that left; false where
  /// there could be none.
  private boolean streamed() {
    boolean interrupted = false;
    while (true) {
      try {
        boolean whole = streamed.get();
        if (interrupted) worker.interrupt();
        return whole;
      } catch (InterruptedException stopping) {
        interrupted = true;
      } catch (ExecutionException left) {
        throw left.getCause() instanceof RuntimeException gone
            ? gone
            : new IllegalStateException("the stream broke", left.getCause());
      }
    }
  }

  private void follow(OutputStream out) throws InterruptedException {
    Duration pause = token == null || heartbeat.compareTo(TICK) < 0 ? heartbeat : TICK;
    while (true) {
      switch (frames.poll(pause.toNanos(), TimeUnit.NANOSECONDS)) {
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
    becomeStream();
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
