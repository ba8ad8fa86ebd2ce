package io.cardloom.local.rows;

import java.io.BufferedReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// One JSON object a line; blank lines are passed over.
final class NdjsonReader implements RowReader {
  private static final ObjectReader TREES =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .readerFor(JsonNode.class);

  private final BufferedReader lines;
  private long line;

  NdjsonReader(BufferedReader lines) {
    this.lines = lines;
  }

  @Override
  public @Nullable Row next() throws IOException {
    String text;
    do {
      text = lines.readLine();
      line++;
      if (text == null) {
        return null;
      }
    } while (text.isBlank());
    try {
      JsonNode tree = TREES.readValue(text);
      return tree.isObject()
          ? new Row.Read(line, Flattening.of(tree))
          : new Row.Unreadable(line, "is not a JSON object");
    } catch (JacksonException failure) {
      return new Row.Unreadable(line, "is not JSON: " + failure.getOriginalMessage());
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
