package io.cardloom.ingest.api;

import io.cardloom.ingest.entry.ImportEntries;
import io.cardloom.kit.problem.Problem;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Receives bodies: each up to the size of an import, and all together no more than memory is there
/// for, however many come at once. Memory is counted from its arrival to the end of the work on it.
final class Bodies {
  static final int BYTES_MAX = ImportEntries.PAYLOAD_BYTES_MAX;

  /// What is counted in, in bytes.
  private static final int STEP = 1 << 20;

  /// Of all bodies at once.
  private static final int STEPS_MAX = 64;

  /// Of the bodies of one key, so that one slow program leaves room for others: one of the largest
  /// and some small ones.
  private static final int STEPS_OF_KEY_MAX = 24;

  private static final Duration ROOM_WAIT = Duration.ofSeconds(5);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /// How long a body may take to arrive.
  private static final Duration ARRIVAL_MAX = Duration.ofMinutes(2);

  private static final int BLOCK = 64 << 10;

  private final Semaphore room = new Semaphore(STEPS_MAX, true);
  private final Map<String, Integer> ofKey = new ConcurrentHashMap<>();

  /// Receives the body and does the work on it.
  ///
  /// @throws Refusal for one that is too large or too slow
  /// @throws io.cardloom.kit.problem.ProblemException `OverLimit` where there is no room
  <T> T received(ServerRequest request, String keyId, Function<byte[], T> work) {
    long announced = request.headers().contentLength().orElse(-1);
    if (announced > BYTES_MAX) throw tooLarge();
    if (!request.content().hasEntity()) return work.apply(new byte[0]);
    try (var held = new Held(keyId)) {
      byte[] body = read(request.content().inputStream(), (int) announced, held);
      return work.apply(body);
    }
  }

  private static byte[] read(InputStream in, int announced, Held held) {
    long began = System.nanoTime();
    if (announced > 0) held.grow(announced);
    byte[] body = new byte[announced > 0 ? announced : BLOCK];
    int size = 0;
    try {
      while (true) {
        if (size == body.length) {
          if (size == announced) return body;
          if (size >= BYTES_MAX) throw tooLarge();
          held.grow(Math.min(2 * size, BYTES_MAX + 1));
          body = Arrays.copyOf(body, Math.min(2 * size, BYTES_MAX + 1));
        }
        int read = in.read(body, size, Math.min(BLOCK, body.length - size));
        if (read < 0) break;
        size += read;
        if (size > BYTES_MAX) throw tooLarge();
        if (System.nanoTime() - began > ARRIVAL_MAX.toNanos()) throw tooSlow();
      }
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
    return Arrays.copyOf(body, size);
  }

  /// What one request holds of the room.
  private final class Held implements AutoCloseable {
    private final String keyId;
    private int steps;

    Held(String keyId) {
      this.keyId = keyId;
    }

    void grow(int bytes) {
      while (steps < (bytes + STEP - 1) / STEP) {
        if (ofKey.merge(keyId, 1, Integer::sum) > STEPS_OF_KEY_MAX) {
          free(1);
          throw over(STEPS_OF_KEY_MAX + " MB of bodies of one key at once");
        }
        if (!taken()) {
          free(1);
          throw over(STEPS_MAX + " MB of bodies at once");
        }
        steps++;
      }
    }

    private void free(int some) {
      ofKey.computeIfPresent(keyId, (_, all) -> all <= some ? null : all - some);
    }

    @Override
    public void close() {
      if (steps == 0) return;
      room.release(steps);
      free(steps);
    }
  }

  private boolean taken() {
    try {
      return room.tryAcquire(ROOM_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static RuntimeException over(String limit) {
    return new Problem.OverLimit(limit, RETRY_AFTER).exception();
  }

  private static Refusal tooLarge() {
    return new Refusal(
        Status.REQUEST_ENTITY_TOO_LARGE_413,
        "too_large",
        "A body has at most " + BYTES_MAX + " bytes; send it in parts.",
        Map.of("Connection", "close"));
  }

  private static Refusal tooSlow() {
    return new Refusal(
        Status.REQUEST_TIMEOUT_408,
        "too_slow",
        "The body took longer than " + ARRIVAL_MAX.toSeconds() + " s; send it in parts.",
        Map.of("Connection", "close"));
  }
}
