package io.cardloom.local;

import io.cardloom.idp.realm.ProviderRefused;
import io.cardloom.kit.problem.ProblemException;
import io.cardloom.local.command.ConformanceCommand;
import io.cardloom.local.command.DemoCommand;
import io.cardloom.local.command.ImportCommand;
import io.cardloom.local.command.MachineCommand;
import io.cardloom.local.command.RestartCommand;
import io.cardloom.local.command.SecretsCommand;
import io.cardloom.local.command.SetupCommand;
import io.cardloom.local.command.StatusCommand;
import io.cardloom.local.command.StopCommand;
import io.cardloom.local.command.TokenCommand;
import io.cardloom.local.command.UpCommand;
import io.cardloom.local.command.VerifyCommand;
import io.cardloom.local.command.WorkspaceCommand;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.mcp.ToolFailed;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The command line. `test` and `fmt` are the launcher's own, since they need no build.
@Command(
    name = "cardloom",
    version = "Cardloom 0.1.0",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB",
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      StatusCommand.class,
      TokenCommand.class,
      WorkspaceCommand.class,
      MachineCommand.class,
      ImportCommand.class,
      VerifyCommand.class,
      StopCommand.class,
      RestartCommand.class,
      SecretsCommand.class,
      SetupCommand.class,
      ConformanceCommand.class
    })
public final class Cardloom implements Runnable {
  private static final String VERBS =
      """
      Cardloom keeps product content live from source to shop. ./cardloom VERB:

        up           start the stack on this machine, with its data kept in .cardloom
        demo         start it, load the real catalogue, publish it, and show what it does
        test         run the whole test suite
        fmt          format the sources
        status       what runs: URLs, versions, readiness (--json)
        token        a short-lived token of an example person, for curl and scripts
        workspace    create, list and archive workspaces, and say who works in them
        machine      agents and builds that sign in by client credentials
        import       load a file: import SOURCE FILE
        verify       recompute every card and endpoint row from the entries, and compare
        bench        measure this machine against baselines: bench [NAME] [--rows N] [--json]
        conformance  run the public conformance suite of MCP
        stop         end what runs
        secrets      make the secrets of an installation of containers
        setup        what such an installation does at its start

      ./cardloom VERB --help tells the options of a verb.
      """;

  @Spec CommandSpec spec = CommandSpec.create();

  /// Ends the process with 0, 1 for what a person can put right or a check that failed, or 2 for
  /// wrong usage.
  public static void main(String[] args) {
    System.exit(line().execute(args));
  }

  static CommandLine line() {
    return new CommandLine(new Cardloom())
        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(Cardloom::failed);
  }

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    out.print(VERBS);
    out.flush();
  }

  private static int failed(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
    if (failure instanceof Refusal
        || failure instanceof IllegalArgumentException
        || failure instanceof ToolFailed
        || failure instanceof ProviderRefused
        || failure instanceof ProblemException
        || failure instanceof McpClient.ConnectionLost) {
      line.getErr().println("cardloom: " + failure.getMessage());
    } else {
      line.getErr().println("cardloom: " + failure);
      failure.printStackTrace(line.getErr());
    }
    return 1;
  }
}
