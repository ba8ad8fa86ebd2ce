package io.cardloom.local.load;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/// A bar on standard error with rate and time left. Where that is no terminal, a line now and then.
public final class Progress implements AutoCloseable {
  private static final Duration LINE_EVERY = Duration.ofSeconds(5);
  private static final Duration BAR_EVERY = Duration.ofMillis(200);

  private final String title;
  private final long total;
  private final LongSupplier done;
  private final LongSupplier rows;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final long began = System.nanoTime();
  private final boolean terminal;
  private final ProgressBar bar;

  /// @param total of what `done` counts, such as bytes of the file
  /// @param rows rows accepted, for the rate
  public Progress(String title, long total, LongSupplier done, LongSupplier rows) {
    this.title = title;
    this.total = Math.max(1, total);
    this.done = done;
    this.rows = rows;
    this.terminal = System.console() != null && System.console().isTerminal();
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(this.total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis((int) BAR_EVERY.toMillis())
            .hideEta()
            .setConsumer(new Bar(terminal))
            .build();
    var every = terminal ? BAR_EVERY : LINE_EVERY;
    clock.scheduleAtFixedRate(
        this::show, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void show() {
    if (terminal) {
      bar.stepTo(Math.min(total, done.getAsLong()));
      bar.setExtraMessage(" " + words());
    } else {
      System.err.println("  " + title + " " + words());
    }
  }

  private String words() {
    double seconds = (System.nanoTime() - began) / 1e9;
    long count = rows.getAsLong();
    double part = Math.min(1, (double) done.getAsLong() / total);
    var left =
        part > 0 && part < 1
            ? Duration.ofSeconds((long) (seconds * (1 - part) / part))
            : Duration.ZERO;
    return "%d %%, %,d rows, %,d rows/s, %d:%02d left"
        .formatted(
            (int) (part * 100),
            count,
            (long) (count / Math.max(seconds, 0.001)),
            left.toMinutes(),
            left.toSecondsPart());
  }

  @Override
  public void close() {
    clock.shutdownNow();
    show();
    bar.close();
    if (terminal) {
      System.err.println();
    }
  }

  /// Draws on standard error; draws nothing where that is no terminal.
  private record Bar(boolean terminal) implements ProgressBarConsumer {
    private static final int WIDTH = 110;

    @Override
    public int getMaxRenderedLength() {
      return WIDTH;
    }

    @Override
    public void accept(String text) {
      if (terminal) {
        System.err.print("\r" + text);
      }
    }

    @Override
    public void close() {}
  }
}
