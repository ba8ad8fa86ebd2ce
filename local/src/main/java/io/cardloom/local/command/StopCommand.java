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
    System.out.println(
        switch (new StackControl(Home.ofProcess()).stop()) {
          case IN_ORDER -> "Stopped. The data is kept.";
          case LEFTOVERS -> "Ended what a killed run had left behind. The data is kept.";
          case NOTHING_RAN -> "Nothing was running here.";
        });
    return 0;
  }
}
