package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.stack.StackControl;
import io.cardloom.local.stack.StackState;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `up`: starts the stack in the background and returns when it is ready.
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Start the stack on this machine, with its data kept in .cardloom.")
public final class UpCommand implements Callable<Integer> {
  @Mixin StackFlags flags = new StackFlags();

  @Override
  public Integer call() {
    var home = Home.ofProcess();
    var options = flags.options(home.data());
    var control = new StackControl(home);
    var running = control.running();
    if (running.isPresent()) {
      System.out.println("It is running already.");
      StatusCommand.print(running.get().urls());
      printPeople(home, running.get());
      return 0;
    }
    System.err.println(StackFlags.STARTING);
    long began = System.nanoTime();
    var state = control.start(options);
    System.out.printf("Ready after %.1f s.%n", (System.nanoTime() - began) / 1e9);
    StatusCommand.print(state.urls());
    printPeople(home, state);
    System.out.println("Stop it with ./cardloom stop. Logs are in " + home.logs() + ".");
    return 0;
  }

  private static void printPeople(Home home, StackState state) {
    if (state.options().provider().isPresent()) {
      return;
    }
    System.out.println("Example people, with the passwords of this installation:");
    for (var person : ExamplePerson.all(home.identity())) {
      System.out.printf(
          "  %-7s %s  %s%n", person.username(), person.password(), person.roleWords());
    }
  }
}
