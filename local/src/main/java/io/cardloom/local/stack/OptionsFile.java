package io.cardloom.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/// Options on their way from the command line to the supervisor.
final class OptionsFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private OptionsFile() {}

  static StackOptions read(Path file) throws IOException {
    return JSON.readValue(Files.readString(file), StackOptions.class);
  }

  static Path write(Path runDir, StackOptions options) throws IOException {
    return Files.writeString(runDir.resolve("options.json"), JSON.writeValueAsString(options));
  }
}
