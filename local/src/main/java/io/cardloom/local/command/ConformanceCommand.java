package io.cardloom.local.command;

import io.cardloom.local.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `conformance`: the public suite of the protocol against the aggregator's fixtures. Exit code 1
/// when a required scenario fails that the baseline does not name.
@Command(
    name = "conformance",
    mixinStandardHelpOptions = true,
    description = {
      "Run the public conformance suite of MCP: each scenario's outcome, and a summary.",
      "The first run fetches the suite and its Node with npm."
    })
public final class ConformanceCommand implements Callable<Integer> {
  private static final List<String> REVISIONS = List.of("2026-07-28", "2025-11-25");

  private final Path script;

  @Option(
      names = "--requirements",
      paramLabel = "REVISION",
      description = "What it is held to: 2026-07-28 or 2025-11-25. Both where not given.")
  String revision = "";

  public ConformanceCommand() {
    String checkout = System.getenv("CARDLOOM_ROOT");
    this(Path.of(checkout == null ? "." : checkout));
  }

  ConformanceCommand(Path checkout) {
    this.script = checkout.resolve("clients/conformance/run").toAbsolutePath().normalize();
  }

  @Override
  public Integer call() throws IOException {
    if (!revision.isEmpty() && !REVISIONS.contains(revision)) {
      throw new Refusal(
          "There is no required set for "
              + revision
              + ". Take "
              + String.join(" or ", REVISIONS)
              + ".");
    }
    if (!Files.isExecutable(script)) {
      throw new Refusal(
          "The suite is run by " + script + ", which is not here. It comes with a checkout.");
    }
    int code = 0;
    for (var each : revision.isEmpty() ? REVISIONS : List.of(revision)) {
      if (run(each) != 0) {
        code = 1;
      }
    }
    return code;
  }

  private int run(String each) throws IOException {
    var suite =
        new ProcessBuilder(script.toString(), "--requirements", each)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      return suite.waitFor();
    } catch (InterruptedException _) {
      suite.destroy();
      Thread.currentThread().interrupt();
      throw new Refusal("The suite was interrupted.");
    }
  }
}
