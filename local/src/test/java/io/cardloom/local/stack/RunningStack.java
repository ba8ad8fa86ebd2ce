package io.cardloom.local.stack;

import io.cardloom.local.Home;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.identity.LocalKeys;
import io.cardloom.local.identity.Session;
import io.cardloom.local.identity.SignIn;
import io.cardloom.local.identity.TestIssuer;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.verify.Differences;
import io.cardloom.local.verify.GrpcServices;
import io.cardloom.local.verify.Verify;
import io.cardloom.local.workspace.Tenants;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// A stack of its own for one test, with data in the test's folder and ports nobody else uses.
///
/// @param session tokens for [#WORKSPACE] of somebody with a role, good for a while whenever asked
record RunningStack(
    Home home, StackControl control, StackState state, Function<String, Supplier<String>> session)
    implements AutoCloseable {
  static final String WORKSPACE = "demo";

  /// Who has which role in the example workspace.
  private static final Map<String, String> PEOPLE =
      Map.of("admin", "alice", "editor", "bob", "viewer", "viggo");

  /// Bases given to a test: what is free now may be that of a stack that is about to start.
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  /// With an issuer of the tests, which needs no signing in.
  static RunningStack start(Path dir, boolean separate, Map<Part, Integer> instances) {
    var issuer = Issuer.SHARED;
    var provider = Optional.of(new OtherProvider(issuer.issuer(), issuer.jwks().toString()));
    return start(
        dir,
        new StackOptions(freeBase(instances), data(dir).toString(), separate, instances, provider),
        state ->
            role -> () -> issuer.token(state.urls().publicBase(), WORKSPACE, "the-" + role, role));
  }

  /// With a Keycloak of its own, where the example people sign in.
  static RunningStack withSignIn(Path dir) {
    var home = new Home(dir);
    return start(
        dir,
        new StackOptions(
            freeBase(Map.of()), data(dir).toString(), false, Map.of(), Optional.empty()),
        state -> role -> new Session(signIn(state), person(home, role), WORKSPACE));
  }

  private static RunningStack start(
      Path dir,
      StackOptions options,
      Function<StackState, Function<String, Supplier<String>>> sessions) {
    var home = new Home(dir);
    var control = new StackControl(home);
    var state = control.start(options);
    if (options.provider().isPresent()) {
      var signer = new LocalKeys(home.keys()).signer(Clock.systemUTC());
      try (var tenants = new Tenants(state.serviceTargets(), signer)) {
        tenants.provision(WORKSPACE, "Demo");
      }
    }
    return new RunningStack(home, control, state, sessions.apply(state));
  }

  private static Path data(Path dir) {
    return new Home(dir).data();
  }

  private static SignIn signIn(StackState state) {
    return new SignIn(state.urls().issuer(), state.urls().publicBase(), Clock.systemUTC());
  }

  private static ExamplePerson person(Home home, String role) {
    return ExamplePerson.named(home.identity(), PEOPLE.getOrDefault(role, role));
  }

  /// A base whose ports are all free now, below those that systems hand out for connections (32768
  /// and up on Linux): a port that is free now could be a connection's when a service that was
  /// killed comes back for it. Tests of other modules may run at the same time.
  static int freeBase(Map<Part, Integer> instances) {
    var all =
        new StackOptions(Ports.BASE, "unused", false, instances, Optional.empty()).instances();
    var random = new SplittableRandom();
    for (int tries = 0; tries < 100; tries++) {
      int base = 10_000 + 300 * random.nextInt(40);
      if (new Ports(base).taken(all).isEmpty() && GIVEN.add(base)) {
        return base;
      }
    }
    throw new IllegalStateException("no free ports found");
  }

  /// Acts as somebody with this role.
  McpClient mcp(String role) {
    return new McpClient(url(), session.apply(role));
  }

  URI url() {
    return state.urls().mcp(WORKSPACE);
  }

  String token(String role) {
    return session.apply(role).get();
  }

  /// Who has this role, where people sign in.
  ExamplePerson person(String role) {
    return person(home, role);
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

  /// Started with the first stack that asks, and lives as long as the tests.
  private static final class Issuer {
    static final TestIssuer SHARED = TestIssuer.start();
  }
}
