package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.stack.Part;
import io.cardloom.local.stack.StackControl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `restart SERVICE`: ends the instances of one separate service and waits until they are back.
@Command(
    name = "restart",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Restart one service of a stack that was started with --separate.")
public final class RestartCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SERVICE", description = "Such as svc-cards.")
  String service = "";

  @Override
  public Integer call() {
    var part = Part.titled(service);
    new StackControl(Home.ofProcess()).restart(part);
    System.out.println(service + " is back.");
    return 0;
  }
}
