package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.stack.StackControl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `stop`: ends everything in order; the data stays.
@Command(name = "stop", mixinStandardHelpOptions = true, description = "End what runs.")
public final class StopCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    boolean ran = new StackControl(Home.ofProcess()).stop();
    System.out.println(ran ? "Stopped. The data is kept." : "Nothing was running here.");
    return 0;
  }
}
