package io.cardloom.bench.measure;

/// Of what a figure is.
public enum Unit {
  ROWS_PER_SECOND("rows/s", true),
  CALLS_PER_SECOND("calls/s", true),
  MILLIS("ms", false),
  MICROS("µs", false),
  SECONDS("s", false),
  MEGABYTES("MB", false),
  BYTES("bytes", false);

  private final String title;
  private final boolean moreIsBetter;

  Unit(String title, boolean moreIsBetter) {
    this.title = title;
    this.moreIsBetter = moreIsBetter;
  }

  public String title() {
    return title;
  }

  public boolean moreIsBetter() {
    return moreIsBetter;
  }
}
