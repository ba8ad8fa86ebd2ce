package io.cardloom.local.rows;

import io.cardloom.local.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// CSV as RFC 4180 has it: comma, double quotes, a header row. A quoted cell may hold line breaks.
final class CsvReader implements RowReader {
  private final BufferedReader in;
  private final List<String> header;

  /// Line that the next row begins on.
  private long line = 1;

  CsvReader(BufferedReader in) throws IOException {
    this.in = in;
    var first = cells();
    if (first == null) {
      throw new Refusal("The file is empty: its first line must name the columns.");
    }
    if (first.getFirst().startsWith("\uFEFF")) {
      first.set(0, first.getFirst().substring(1));
    }
    this.header = first.stream().map(String::strip).map(CsvReader::columnId).toList();
  }

  private static String columnId(String name) {
    var flat = Flattening.of(JsonNodeFactory.instance.objectNode().put(name, ""));
    return flat.keySet().iterator().next();
  }

  List<String> header() {
    return header;
  }

  @Override
  public @Nullable Row next() throws IOException {
    while (true) {
      long begins = line;
      List<String> cells;
      try {
        cells = cells();
      } catch (UnclosedQuote _) {
        return new Row.Unreadable(begins, "has a quote that does not end");
      }
      if (cells == null) {
        return null;
      }
      if (cells.size() == 1 && cells.getFirst().isBlank()) {
        continue;
      }
      if (cells.size() != header.size()) {
        return new Row.Unreadable(
            begins, "has " + cells.size() + " cells, the header has " + header.size());
      }
      var values = new LinkedHashMap<String, JsonNode>();
      for (int i = 0; i < cells.size(); i++) {
        if (!cells.get(i).isEmpty()) {
          values.put(header.get(i), JsonNodeFactory.instance.stringNode(cells.get(i)));
        }
      }
      return new Row.Read(begins, values);
    }
  }

  private static final class UnclosedQuote extends IOException {}

  /// The cells of one record, or null at the end of the file.
  private @Nullable List<String> cells() throws IOException {
    var cells = new ArrayList<String>();
    var cell = new StringBuilder();
    boolean quoted = false;
    boolean anything = false;
    while (true) {
      int c = in.read();
      if (c < 0) {
        if (quoted) {
          throw new UnclosedQuote();
        }
        if (!anything) {
          return null;
        }
        cells.add(cell.toString());
        return cells;
      }
      anything = true;
      if (c == '\n') {
        line++;
      }
      if (quoted) {
        if (c != '"') {
          cell.append((char) c);
        } else if (peek() == '"') {
          in.read();
          cell.append('"');
        } else {
          quoted = false;
        }
      } else if (c == '"' && cell.isEmpty()) {
        quoted = true;
      } else if (c == ',') {
        cells.add(cell.toString());
        cell.setLength(0);
      } else if (c == '\n') {
        cells.add(cell.toString());
        return cells;
      } else if (c != '\r' || peek() != '\n') {
        cell.append((char) c);
      }
    }
  }

  private int peek() throws IOException {
    in.mark(1);
    int c = in.read();
    in.reset();
    return c;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
