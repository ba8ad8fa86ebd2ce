package io.cardloom.kit.db;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.postgresql.PGConnection;

/// Rows for one binary COPY, in the order of the columns named. Values pass through as bytes:
/// nothing is escaped or printed.
///
/// Format: PostgreSQL "COPY, Binary Format". Used by one thread, once.
public final class CopyRows {
  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  /// PostgreSQL counts microseconds from 2000-01-01.
  private static final long MICROS_1970_TO_2000 = 946_684_800_000_000L;

  private final String statement;
  private final int columns;
  private byte[] buffer = new byte[64 * 1024];
  private int size;
  private int rows;

  private CopyRows(String statement, int columns) {
    this.statement = statement;
    this.columns = columns;
    raw(SIGNATURE);
  }

  /// Rows for `table`, whose named columns are written in this order. Names are constants of the
  /// code, never input.
  public static CopyRows into(String table, String... columns) {
    return new CopyRows(
        "COPY " + table + " (" + String.join(", ", columns) + ") FROM STDIN (FORMAT binary)",
        columns.length);
  }

  /// Begins the next row.
  public CopyRows row() {
    room(2);
    buffer[size++] = (byte) (columns >> 8);
    buffer[size++] = (byte) columns;
    rows++;
    return this;
  }

  public CopyRows text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /// A `text`, `json` or `bytea` value as it is.
  public CopyRows bytes(byte[] value) {
    int4Raw(value.length);
    raw(value);
    return this;
  }

  /// A `jsonb` value from its JSON text.
  public CopyRows jsonb(byte[] json) {
    int4Raw(json.length + 1);
    room(1);
    buffer[size++] = 1;
    raw(json);
    return this;
  }

  public CopyRows int2(int value) {
    int4Raw(2);
    room(2);
    buffer[size++] = (byte) (value >> 8);
    buffer[size++] = (byte) value;
    return this;
  }

  public CopyRows int4(int value) {
    int4Raw(4);
    int4Raw(value);
    return this;
  }

  public CopyRows int8(long value) {
    int4Raw(8);
    int8Raw(value);
    return this;
  }

  public CopyRows float8(double value) {
    return int8(Double.doubleToRawLongBits(value));
  }

  public CopyRows bool(boolean value) {
    int4Raw(1);
    room(1);
    buffer[size++] = (byte) (value ? 1 : 0);
    return this;
  }

  /// A `timestamptz`, to the microsecond.
  public CopyRows timestamp(Instant value) {
    return micros(ChronoUnit.MICROS.between(Instant.EPOCH, value));
  }

  /// A `timestamptz` from microseconds since 1970.
  public CopyRows micros(long since1970) {
    return int8(since1970 - MICROS_1970_TO_2000);
  }

  /// A one-dimensional `text[]`.
  public CopyRows texts(java.util.Collection<String> values) {
    return array(
        25,
        values,
        value -> {
          byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
          int4Raw(utf8.length);
          raw(utf8);
        });
  }

  /// A one-dimensional `int8[]`.
  public CopyRows int8s(java.util.Collection<Long> values) {
    return array(
        20,
        values,
        value -> {
          int4Raw(8);
          int8Raw(value);
        });
  }

  private <T> CopyRows array(
      int elementOid, java.util.Collection<T> values, java.util.function.Consumer<T> element) {
    int lengthAt = size;
    int4Raw(0);
    int4Raw(values.isEmpty() ? 0 : 1); // dimensions
    int4Raw(0); // no nulls
    int4Raw(elementOid);
    if (!values.isEmpty()) {
      int4Raw(values.size());
      int4Raw(1); // lower bound
      values.forEach(element);
    }
    int length = size - lengthAt - 4;
    for (int i = 0; i < 4; i++) buffer[lengthAt + i] = (byte) (length >> (24 - 8 * i));
    return this;
  }

  public CopyRows nothing() {
    int4Raw(-1);
    return this;
  }

  public boolean isEmpty() {
    return rows == 0;
  }

  public int count() {
    return rows;
  }

  /// Streams them into their table and returns how many. Nothing to do for no rows.
  public long send(PGConnection connection) throws SQLException, IOException {
    if (isEmpty()) return 0;
    room(2);
    buffer[size++] = (byte) 0xff;
    buffer[size++] = (byte) 0xff;
    var in = connection.getCopyAPI().copyIn(statement);
    try {
      in.writeToCopy(buffer, 0, size);
      return in.endCopy();
    } finally {
      if (in.isActive()) in.cancelCopy();
    }
  }

  private void raw(byte[] value) {
    room(value.length);
    System.arraycopy(value, 0, buffer, size, value.length);
    size += value.length;
  }

  private void int4Raw(int value) {
    room(4);
    for (int shift = 24; shift >= 0; shift -= 8) buffer[size++] = (byte) (value >> shift);
  }

  private void int8Raw(long value) {
    room(8);
    for (int shift = 56; shift >= 0; shift -= 8) buffer[size++] = (byte) (value >> shift);
  }

  private void room(int bytes) {
    if (buffer.length - size < bytes) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
    }
  }
}
