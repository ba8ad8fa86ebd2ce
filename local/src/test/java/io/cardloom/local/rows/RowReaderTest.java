package io.cardloom.local.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardloom.local.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowReaderTest {
  @Test
  void csvHasQuotesBreaksAndOpenCells() throws IOException {
    var rows =
        csv("\uFEFFId,Name EN,note\r\n1,\"a, \"\"b\"\"\",x\n2,\"two\nlines\",\n\n3,c,\"\"\n");
    assertThat(rows)
        .containsExactly(
            "2 {id=\"1\", name_en=\"a, \\\"b\\\"\", note=\"x\"}",
            "3 {id=\"2\", name_en=\"two\\nlines\"}",
            "6 {id=\"3\", name_en=\"c\"}");
  }

  @Test
  void csvRowsThatAreNoneAreNamedByLine() throws IOException {
    assertThat(csv("id,name\n1\n2,b\n3,\"open\n"))
        .containsExactly(
            "2! has 1 cells, the header has 2",
            "3 {id=\"2\", name=\"b\"}",
            "4! has a quote that does not end");
  }

  @Test
  void jsonLinesThatAreNoneAreNamedByLine() throws IOException {
    var text = "{\"id\":\"1\",\"n\":1.10}\n\n[1]\n{\"id\":\n{\"id\":\"2\"} {}\n{\"id\":\"3\"}\n";
    var rows = read(RowReader.ndjson(bytes(text), false));
    assertThat(rows).hasSize(5);
    assertThat(rows.get(0)).isEqualTo("1 {id=\"1\", n=1.10}");
    assertThat(rows.get(1)).isEqualTo("3! is not a JSON object");
    assertThat(rows.get(2)).startsWith("4! is not JSON");
    assertThat(rows.get(3)).startsWith("5! is not JSON");
    assertThat(rows.get(4)).isEqualTo("6 {id=\"3\"}");
  }

  @Test
  void aZippedFileIsReadAndItsBytesCounted(@TempDir Path dir) throws IOException {
    var zipped = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(zipped)) {
      out.write("{\"id\":\"1\"}\n".repeat(500).getBytes(StandardCharsets.UTF_8));
    }
    var path = Files.write(dir.resolve("rows.ndjson.gz"), zipped.toByteArray());
    var file = RowFile.at(path);
    assertThat(read(file.open())).hasSize(500);
    assertThat(file.bytesRead()).isEqualTo(file.size());
    assertThat(file.hash()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.txt", "rows.csv.zip", "missing.csv"})
  void otherFilesAreRefused(String name, @TempDir Path dir) throws IOException {
    if (!name.startsWith("missing")) {
      Files.writeString(dir.resolve(name), "id\n1\n");
    }
    assertThatThrownBy(() -> RowFile.at(dir.resolve(name)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(name);
  }

  private static List<String> csv(String text) throws IOException {
    return read(RowReader.csv(bytes(text), false));
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> read(RowReader reader) throws IOException {
    var rows = new ArrayList<String>();
    try (reader) {
      for (var row = reader.next(); row != null; row = reader.next()) {
        rows.add(
            switch (row) {
              case Row.Read(long line, var values) -> line + " " + values;
              case Row.Unreadable(long line, String why) -> line + "! " + why;
            });
      }
    }
    return rows;
  }
}
