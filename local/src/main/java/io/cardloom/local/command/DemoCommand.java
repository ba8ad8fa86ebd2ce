package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.catalogue.ShippedCatalogue;
import io.cardloom.local.demo.Demo;
import io.cardloom.local.demo.Memory;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.stack.StackControl;
import io.cardloom.local.stack.StackState;
import io.cardloom.local.stack.StopOnExit;
import java.io.IOException;
import java.util.concurrent.Callable;
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
      "Its data is apart from that of up, and is emptied before each run."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.shared();

  @Mixin StackFlags flags = new StackFlags();

  @Option(names = "--keep", description = "Leave it running at the end.")
  boolean keep;

  @Option(names = "--json", description = "Print the figures as one JSON object on the last line.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    var home = Home.ofProcess();
    var options = flags.options(home.demo());
    var control = new StackControl(home);
    System.err.println(StackFlags.STARTING);
    long began = System.nanoTime();
    var state = control.startEmpty(options);
    double startSeconds = (System.nanoTime() - began) / 1e9;
    System.err.printf("Ready after %.1f s.%n", startSeconds);
    boolean done = false;
    try (var _ = StopOnExit.of(control);
        var mcp = Sessions.mcp(home, state, DemoNames.WORKSPACE, ExamplePerson.ADMIN)) {
      var outcome =
          new Demo(mcp, ShippedCatalogue.read())
              .run(startSeconds, () -> Memory.ofTreeMb(state.supervisorPid()));
      print(home, state, outcome);
      done = true;
      return 0;
    } finally {
      if (!keep || !done) {
        control.stop();
      }
    }
  }

  private void print(Home home, StackState state, Demo.Outcome outcome) {
    var url = state.urls().mcp(DemoNames.WORKSPACE).toString();
    var alice = ExamplePerson.named(home.identity(), ExamplePerson.ADMIN);
    var token = Sessions.session(home, state, DemoNames.WORKSPACE, alice.username()).get();
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
        keep
            ? "It keeps running: ./cardloom status, ./cardloom stop."
            : "It stops now; --keep leaves it running.");
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
