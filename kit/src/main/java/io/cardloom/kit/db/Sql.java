package io.cardloom.kit.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A statement that grows: text of our own making, and every value bound.
public final class Sql {
  private final StringBuilder text = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  /// Reads the row the cursor is on.
  @FunctionalInterface
  public interface Reader<T> {
    @Nullable T read(ResultSet row) throws SQLException;
  }

  /// @param bound texts, numbers, booleans, and arrays of texts or whole numbers
  public Sql add(String fragment, Object... bound) {
    text.append(fragment);
    values.addAll(List.of(bound));
    return this;
  }

  public Sql add(Sql other) {
    text.append(other.text);
    values.addAll(other.values);
    return this;
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /// Every row's reading that is not null.
  public <T> List<T> list(Connection connection, Reader<T> reader) throws SQLException {
    try (PreparedStatement statement = bound(connection);
        ResultSet rows = statement.executeQuery()) {
      return read(rows, reader);
    }
  }

  static <T> List<T> read(ResultSet rows, Reader<T> reader) throws SQLException {
    var read = new ArrayList<T>();
    while (rows.next()) {
      T value = reader.read(rows);
      if (value != null) read.add(value);
    }
    return read;
  }

  public int run(Connection connection) throws SQLException {
    try (PreparedStatement statement = bound(connection)) {
      return statement.executeUpdate();
    }
  }

  /// About how much is sent for it.
  int bytes() {
    int bytes = text.length();
    for (Object value : values) {
      bytes +=
          switch (value) {
            case String text -> 3 * text.length();
            case String[] texts -> Arrays.stream(texts).mapToInt(one -> 8 + 3 * one.length()).sum();
            case Object[] numbers -> 8 * numbers.length;
            default -> 8;
          };
    }
    return bytes;
  }

  PreparedStatement bound(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text.toString());
    for (int i = 0; i < values.size(); i++) bind(connection, statement, i + 1, values.get(i));
    return statement;
  }

  private static void bind(Connection connection, PreparedStatement statement, int at, Object value)
      throws SQLException {
    switch (value) {
      case String text -> statement.setString(at, text);
      case Long number -> statement.setLong(at, number);
      case Integer number -> statement.setInt(at, number);
      case Double number -> statement.setDouble(at, number);
      case Boolean bool -> statement.setBoolean(at, bool);
      case Long[] numbers -> statement.setArray(at, connection.createArrayOf("bigint", numbers));
      case String[] texts -> statement.setArray(at, connection.createArrayOf("text", texts));
      default -> throw new IllegalArgumentException("cannot bind " + value.getClass());
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
