package io.cardloom.local.stack;

import io.cardloom.local.Home;
import io.cardloom.local.identity.LocalKeys;
import io.cardloom.local.identity.Person;
import io.cardloom.local.identity.PersonTokens;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.verify.Differences;
import io.cardloom.local.verify.GrpcServices;
import io.cardloom.local.verify.Verify;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/// A stack of its own for one test, with data in the test's folder and ports nobody else uses.
record RunningStack(Home home, StackControl control, StackState state) implements AutoCloseable {
  static final String WORKSPACE = "demo";

  /// Bases given to a test: what is free now may be that of a stack that is about to start.
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  static RunningStack start(Path dir, boolean separate, Map<Part, Integer> instances) {
    var home = new Home(dir);
    var control = new StackControl(home);
    var options =
        new StackOptions(freeBase(instances), home.data().toString(), separate, instances);
    return new RunningStack(home, control, control.start(options));
  }

  /// A base whose ports are all free now, below those that systems hand out for connections (32768
  /// and up on Linux): a port that is free now could be a connection's when a service that was
  /// killed comes back for it. Tests of other modules may run at the same time.
  static int freeBase(Map<Part, Integer> instances) {
    var all = new StackOptions(Ports.BASE, "unused", false, instances).instances();
    var random = new SplittableRandom();
    for (int tries = 0; tries < 100; tries++) {
      int base = 10_000 + 300 * random.nextInt(40);
      if (new Ports(base).taken(all).isEmpty() && GIVEN.add(base)) {
        return base;
      }
    }
    throw new IllegalStateException("no free ports found");
  }

  McpClient mcp(Person person) {
    return new McpClient(state.urls().mcp(WORKSPACE), () -> token(person));
  }

  String token(Person person) {
    var urls = state.urls();
    return PersonTokens.of(
            new LocalKeys(home.keys()), urls.issuer(), urls.publicBase(), Clock.systemUTC())
        .sign(person, WORKSPACE, PersonTokens.LIFE_MAX);
  }

  GrpcServices services() {
    return new GrpcServices(
        WORKSPACE, state.targets(), new LocalKeys(home.keys()).signer(Clock.systemUTC()));
  }

  Differences verified() {
    var differences = new Differences(10);
    try (var services = services()) {
      new Verify(services, differences).all();
    }
    return differences;
  }

  /// As it is now: pids change with restarts.
  StackState now() {
    return control.required();
  }

  @Override
  public void close() {
    control.stop();
  }
}
