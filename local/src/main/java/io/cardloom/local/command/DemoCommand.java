package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.demo.Demo;
import io.cardloom.local.demo.Figures;
import io.cardloom.local.demo.Memory;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.installation.Installation;
import io.cardloom.local.stack.StackControl;
import io.cardloom.local.stack.StopOnExit;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `demo`: a fresh stack with the real catalogue, then what it can do. Its data lives in
/// `.cardloom/demo`, which is emptied first, so neither an earlier demo nor the data of `up` plays
/// in.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Start a fresh stack, load the real catalogue through MCP calls, and show what it does.",
      "Its data is apart from that of up, and is emptied before each run.",
      "With --against it shows the same on an installation that runs already, whose workspace demo must be empty."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.shared();

  @Mixin StackFlags flags = new StackFlags();

  @Mixin Against against = new Against();

  @Option(names = "--keep", description = "Leave it running at the end.")
  boolean keep;

  @Option(names = "--json", description = "Print the figures as one JSON object on the last line.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    var home = Home.ofProcess();
    if (against.url.isPresent()) {
      run(against.installation(home), Figures.ELSEWHERE, () -> 0, "It runs on: docker compose ps.");
      return 0;
    }
    var options = flags.options(home.demo());
    var control = new StackControl(home);
    System.err.println(StackFlags.STARTING);
    long began = System.nanoTime();
    var state = control.startEmpty(options);
    double startSeconds = (System.nanoTime() - began) / 1e9;
    System.err.printf("Ready after %.1f s.%n", startSeconds);
    boolean done = false;
    try (var _ = StopOnExit.of(control)) {
      run(
          Installation.of(home, state),
          startSeconds,
          () -> Memory.ofTreeMb(state.supervisorPid()),
          keep
              ? "It keeps running: ./cardloom status, ./cardloom stop."
              : "It stops now; --keep leaves it running.");
      done = true;
      return 0;
    } finally {
      if (!keep || !done) {
        control.stop();
      }
    }
  }

  private void run(
      Installation installation, double startSeconds, LongSupplier memoryMb, String afterwards)
      throws IOException {
    try (var mcp = installation.mcp(WorkspaceNames.DEMO, ExamplePerson.ADMIN)) {
      var outcome = new Demo(mcp, ShippedCatalogue.read()).run(startSeconds, memoryMb);
      print(installation, outcome, afterwards);
    }
  }

  private void print(Installation installation, Demo.Outcome outcome, String afterwards) {
    var url = installation.mcp(WorkspaceNames.DEMO).toString();
    var alice = installation.person(ExamplePerson.ADMIN);
    var token = installation.session(WorkspaceNames.DEMO, alice.username()).get();
    var pretty = JSON.writerWithDefaultPrettyPrinter();
    System.out.printf(
        """

        MCP endpoint: %s

        Client configuration; the client opens a page on which you sign in as %s with the password %s:
        {"mcpServers": {"cardloom": {"type": "http", "url": "%s"}}}
        For curl and scripts: a token that is good for five minutes comes from ./cardloom token.

        search_destination_data %s
        answers:
        %s

        trace_entry_lifecycle of %s:
        %s

        """,
        url,
        alice.username(),
        alice.password(),
        url,
        outcome.query(),
        pretty.writeValueAsString(outcome.answer()),
        outcome.tracedEntry(),
        pretty.writeValueAsString(outcome.trace()));
    var figures = outcome.figures();
    System.out.printf(
        """
        %,d entries, %,d cards, %,d rows in the endpoint
          accepted    %,.0f rows/s
          end to end  %,.0f rows/s
          one change  p50 %.0f ms, p99 %.0f ms from accepted to visible (200 changes)

        Measured against the targets, on this machine:
        %s
        %s
        """,
        figures.entries(),
        figures.cards(),
        figures.endpointRows(),
        figures.acceptedPerSecond(),
        figures.endToEndPerSecond(),
        figures.visibleP50Ms(),
        figures.visibleP99Ms(),
        figures.table(),
        afterwards);
    System.out.println(
        """
        The data contains information from BuildCores OpenDB, which is made available under the
        ODC Attribution License. Prices and stock are synthetic.\
        """);
    if (json) {
      System.out.println(figures.json(url, token));
    }
  }
}
