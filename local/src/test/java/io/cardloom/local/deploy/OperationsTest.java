package io.cardloom.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardloom.kit.testing.TestKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// `docs/operations.md` says of settings what the code says.
class OperationsTest {
  private static final Path PAGE = Path.of("..", "docs", "operations.md");
  private static final String BEGIN = "<!-- settings: made from the code -->\n";
  private static final String END = "<!-- end of settings -->\n";

  @Test
  void theTableOfSettingsIsThatOfTheCode() throws IOException {
    String table = new SettingsPage(TestKeys.folder(), words()).table();
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(begin).isGreaterThan(BEGIN.length()).isLessThanOrEqualTo(end);
    if (Boolean.getBoolean("cardloom.refresh")) {
      page = page.substring(0, begin) + table + page.substring(end);
      Files.writeString(PAGE, page);
    }
    assertThat(page.substring(begin, page.indexOf(END)))
        .as(
            "stale; refresh it with: mvn -f local/pom.xml test -Dtest=OperationsTest -Dcardloom.refresh=true")
        .isEqualTo(table);
  }

  private static Map<String, String> words() throws IOException {
    var read = new Properties();
    try (InputStream in =
        Objects.requireNonNull(OperationsTest.class.getResourceAsStream("settings.properties"))) {
      read.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    var words = new TreeMap<String, String>();
    read.forEach((key, value) -> words.put(key.toString(), value.toString()));
    return words;
  }
}
