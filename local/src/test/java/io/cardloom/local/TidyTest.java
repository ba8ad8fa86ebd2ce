package io.cardloom.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Small rules that keep the sources readable. Each failure names its file and line.
final class TidyTest {
  private static final int FILE_LINES_MAX = 500;
  private static final int LINE_CHARS_MAX = 250;
  private static final Path ROOT = root();
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^public (?:(?:final|sealed|non-sealed|abstract|static) )*(?:class|interface|record|enum|@interface) (\\w+)");
  private static final Pattern EMPTY_NAME =
      Pattern.compile("(?:Impl|Manager|Utils?|Helper)\\.java$");

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("CONTRIBUTING.md"))) {
      Path parent = folder.getParent();
      if (parent == null)
        throw new IllegalStateException("not inside the project: " + Path.of("").toAbsolutePath());
      folder = parent;
    }
    return folder;
  }

  private static List<Path> files(String... endings) throws IOException {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
          .filter(file ->
              !ROOT.relativize(file)
                  .toString()
                  .matches("(.*/)?(target|node_modules|\\.git|\\.cardloom)/.*"))
          .toList();
    }
  }

  private static void eachLine(List<Path> files, BiConsumer<String, String> look)
      throws IOException {
    for (Path file : files) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++)
        look.accept(ROOT.relativize(file) + ":" + (i + 1), lines.get(i));
    }
  }

  @Test
  void filesAndLinesAreShort() throws IOException {
    var long_ = new ArrayList<String>();
    for (Path file : files(".java", ".proto", ".sql", ".sh", "cardloom")) {
      int lines = Files.readAllLines(file).size();
      if (lines > FILE_LINES_MAX && !file.toString().endsWith(".proto"))
        long_.add(ROOT.relativize(file) + " has " + lines + " lines");
    }
    eachLine(
        files(".java", ".sql", ".sh"),
        (at, line) -> {
          if (line.length() > LINE_CHARS_MAX)
            long_.add(at + " has " + line.length() + " characters");
        });
    assertThat(long_).isEmpty();
  }

  @Test
  void nothingIsMarkedUnfinished() throws IOException {
    var marks = new ArrayList<String>();
    eachLine(
        files(".java", ".proto", ".sql", ".md", ".sh", ".xml", "cardloom"),
        (at, line) -> {
          if (UNFINISHED.matcher(line).find()) marks.add(at + " " + line.strip());
        });
    assertThat(marks).isEmpty();
  }

  @Test
  void everyPublicTypeSaysWhatItIs() throws IOException {
    var silent = new ArrayList<String>();
    for (Path file : files(".java")) {
      if (file.toString().contains("/src/test/")) continue;
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (!PUBLIC_TYPE.matcher(lines.get(i)).find()) continue;
        int above = i - 1;
        while (above >= 0
            && (lines.get(above).startsWith("@") || lines.get(above).startsWith("    "))) above--;
        if (above < 0 || !lines.get(above).startsWith("///"))
          silent.add(ROOT.relativize(file) + ":" + (i + 1));
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsAndIsNullMarked() throws IOException {
    var unmarked = new ArrayList<String>();
    for (Path file : files(".java")) {
      if (!file.toString().contains("/src/main/java/")) continue;
      Path info = file.resolveSibling("package-info.java");
      String text = Files.exists(info) ? Files.readString(info) : "";
      if (!text.startsWith("///") || !text.contains("@NullMarked"))
        unmarked.add(ROOT.relativize(file.getParent()).toString());
    }
    assertThat(unmarked.stream().distinct().toList()).isEmpty();
  }

  @Test
  void namesSayWhatAThingIs() throws IOException {
    assertThat(
            files(".java").stream()
                .map(Path::toString)
                .filter(name -> EMPTY_NAME.matcher(name).find())
                .toList())
        .isEmpty();
  }
}
