package io.cardloom.local.command;

import io.cardloom.local.Home;
import io.cardloom.local.installation.Installation;
import io.cardloom.local.verify.Differences;
import io.cardloom.local.verify.GrpcServices;
import io.cardloom.local.verify.Verify;
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
      defaultValue = WorkspaceNames.DEMO,
      description = "${DEFAULT-VALUE} where not given.")
  String workspace = WorkspaceNames.DEMO;

  @Override
  public Integer call() {
    var installation = Installation.required(Home.ofProcess());
    var differences = new Differences(SHOWN_MAX);
    try (var services =
        new GrpcServices(
            workspace, GrpcServices.Targets.of(installation.targets()), installation.signer())) {
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
