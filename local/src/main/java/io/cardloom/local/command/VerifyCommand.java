package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.identity.LocalKeys;
import io.cardloom.local.stack.StackControl;
import io.cardloom.local.verify.Differences;
import io.cardloom.local.verify.GrpcServices;
import io.cardloom.local.verify.Verify;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `verify`: exit code 1 when anything differs.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Recompute every card and endpoint row from the entries, and compare.")
public final class VerifyCommand implements Callable<Integer> {
  private static final int SHOWN_MAX = 20;

  @Option(
      names = "--workspace",
      defaultValue = DemoNames.WORKSPACE,
      description = "${DEFAULT-VALUE} where not given.")
  String workspace = DemoNames.WORKSPACE;

  @Override
  public Integer call() {
    var home = Home.ofProcess();
    var state = new StackControl(home).required();
    var differences = new Differences(SHOWN_MAX);
    var signer = new LocalKeys(home.keys()).signer(Clock.systemUTC());
    try (var services = new GrpcServices(workspace, state.targets(), signer)) {
      new Verify(services, differences).all();
    }
    differences.kept().forEach(difference -> System.out.println(difference.sentence()));
    if (differences.count() > differences.kept().size()) {
      System.out.printf("and %,d more%n", differences.count() - differences.kept().size());
    }
    System.out.printf(
        "%,d documents compared, %,d differ%n", differences.comparedCount(), differences.count());
    return differences.count() == 0 ? 0 : 1;
  }
}
