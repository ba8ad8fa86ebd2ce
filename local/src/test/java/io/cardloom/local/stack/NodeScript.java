package io.cardloom.local.stack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A command of `clients/` that drives a stack from outside. It has the URL and tokens by
/// environment, and asks for what only this side can do with a line: `@lock` and `@release`.
///
/// @param entry the product that is its own to change
record NodeScript(RunningStack stack, String entry) {
  /// The first run on a machine also fetches the packages.
  private static final long RUN_SECONDS_MAX = 400;

  record Ran(int code, String text) {}

  /// @param command below `clients/`, then its arguments
  Ran run(String... command) throws Exception {
    var arguments = new ArrayList<>(List.of(command));
    arguments.set(0, clients().resolve(command[0]).toString());
    var builder = new ProcessBuilder(arguments);
    var environment = builder.environment();
    environment.put(
        "CARDLOOM_MCP_URL", stack.state().urls().mcp(RunningStack.WORKSPACE).toString());
    environment.put("CARDLOOM_TOKEN", stack.token("admin"));
    environment.put("CARDLOOM_VIEWER_TOKEN", stack.token("viewer"));
    environment.put("CARDLOOM_ENTRY", entry);
    environment.put("CARDLOOM_OTHER_URL", stack.state().urls().mcp("second").toString());
    var admin = stack.person("admin");
    environment.put("CARDLOOM_PERSON", admin.username());
    environment.put("CARDLOOM_PASSWORD", admin.password());
    var process = builder.redirectErrorStream(true).start();
    CompletableFuture.delayedExecutor(RUN_SECONDS_MAX, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
    var text = new StringBuilder();
    try (var lock = new EntryLock(stack);
        var said =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var answers = process.getOutputStream()) {
      for (var line = said.readLine(); line != null; line = said.readLine()) {
        text.append(line).append('\n');
        switch (line) {
          case "@lock" -> {
            lock.take();
            answer(answers, line);
          }
          case "@release" -> {
            lock.give();
            answer(answers, line);
          }
          default -> {}
        }
      }
      return new Ran(process.waitFor(), text.toString());
    } finally {
      process.destroyForcibly();
    }
  }

  private static void answer(OutputStream answers, String line) throws IOException {
    answers.write((line.substring(1) + "\n").getBytes(StandardCharsets.UTF_8));
    answers.flush();
  }

  /// The folder of the checkout, whether the module or the whole is being built.
  static Path clients() {
    var here = Path.of("").toAbsolutePath();
    return (here.endsWith("local") ? here.resolveSibling("clients") : here.resolve("clients"));
  }
}
