package io.cardloom.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// Whole directories.
final class Trees {
  private Trees() {}

  /// Deletes `root` and everything in it; links are not followed.
  static void delete(Path root) throws IOException {
    List<Path> paths;
    try (var walk = Files.walk(root)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (var path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
