package io.cardloom.bench.stack;

import io.cardloom.idp.realm.KeycloakAdmin;
import io.cardloom.idp.realm.Role;
import io.cardloom.idp.server.Secrets;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.InternalTokens;
import io.cardloom.kit.call.Keys;
import io.cardloom.kit.call.Peer;
import io.cardloom.local.Home;
import io.cardloom.local.demo.Wait;
import io.cardloom.local.identity.ExamplePerson;
import io.cardloom.local.identity.LocalKeys;
import io.cardloom.local.identity.Session;
import io.cardloom.local.identity.SignIn;
import io.cardloom.local.mcp.McpClient;
import io.cardloom.local.stack.StackControl;
import io.cardloom.local.stack.StackOptions;
import io.cardloom.local.stack.StackState;
import io.cardloom.local.stack.StopOnExit;
import io.cardloom.local.verify.Differences;
import io.cardloom.local.verify.GrpcServices;
import io.cardloom.local.verify.Verify;
import io.cardloom.local.workspace.Tenants;
import io.cardloom.proto.Permission;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A stack with empty data, for one benchmark.
public final class BenchStack implements AutoCloseable {
  public static final String WORKSPACE = "demo";

  private static final Duration INVERTED_WAIT = Duration.ofMinutes(5);

  /// Collections of more than some hundred documents; smaller ones may stay without.
  private static final String NOT_INVERTED =
      Stream.of("ingest", "cards", "publishing")
          .map(
              """
              SELECT FROM %1$s.index_collection
               WHERE NOT inverted AND pg_relation_size('%1$s.index_doc_' || id) > 500000
              """
                  ::formatted)
          .collect(Collectors.joining(" UNION ALL "));

  private final Home home;
  private final StackControl control;
  private final StackState state;
  private final StopOnExit stopOnExit;
  private final double startSeconds;

  private BenchStack(Home home, StackControl control, StackState state, double startSeconds) {
    this.home = home;
    this.control = control;
    this.state = state;
    this.startSeconds = startSeconds;
    this.stopOnExit = StopOnExit.of(control);
  }

  /// What a stack that runs for long is compiled by, as in containers: both compilers.
  public static final List<String> FOR_LONG = List.of("-XX:TieredStopAtLevel=4");

  /// @param portBase first of the ports
  /// @param javaOptions which override those of a local stack
  public static BenchStack start(Home home, int portBase, List<String> javaOptions) {
    var control = new StackControl(home, javaOptions);
    var options =
        new StackOptions(portBase, home.bench().toString(), false, Map.of(), Optional.empty());
    long began = System.nanoTime();
    var state = control.startEmpty(options);
    return new BenchStack(home, control, state, (System.nanoTime() - began) / 1e9);
  }

  public StackState state() {
    return state;
  }

  public double startSeconds() {
    return startSeconds;
  }

  /// Acts as the administrator of the example workspace, or of one that [#workspace] made.
  public McpClient mcp(String workspace) {
    return new McpClient(state.urls().mcp(workspace), session(workspace));
  }

  public Supplier<String> session(String workspace) {
    return session(ExamplePerson.named(home.identity(), ExamplePerson.ADMIN), workspace);
  }

  private Supplier<String> session(ExamplePerson person, String workspace) {
    var signIn = new SignIn(state.urls().issuer(), state.urls().publicBase(), Clock.systemUTC());
    return new Session(signIn, person, workspace);
  }

  /// The people of the example workspace.
  public List<Person> people() {
    return ExamplePerson.all(home.identity()).stream()
        .filter(person -> person.roles().containsKey(WORKSPACE))
        .map(one -> new Person(state.urls().mcp(WORKSPACE).toString(), session(one, WORKSPACE)))
        .toList();
  }

  /// Makes a further workspace with the same administrator.
  public void workspace(String safename) throws IOException {
    var provider =
        KeycloakAdmin.of(
            URI.create(state.urls().keycloak()),
            Secrets.of(home.identity()).placeholders(state.urls().publicBase()));
    var _ = provider.workspaces().create(safename, safename);
    provider.people().setRoles(ExamplePerson.ADMIN, safename, Set.of(Role.ADMIN));
    try (var tenants =
        new Tenants(state.serviceTargets(), new LocalKeys(home.keys()).signer(Clock.systemUTC()))) {
      tenants.provision(safename, safename);
    }
  }

  /// A connection to a service, with the rights of the aggregator.
  public Peer peer(String service) {
    var signer =
        new InternalTokens.Signer(
            Keys.AGGREGATOR,
            Keys.readPrivate(new LocalKeys(home.keys()).services(), Keys.AGGREGATOR),
            Clock.systemUTC());
    return Peer.open(
        service, java.util.Objects.requireNonNull(state.serviceTargets().get(service)), signer);
  }

  /// Somebody who may do everything in the example workspace.
  public static Caller caller() {
    return new Caller(
        WORKSPACE,
        "bench",
        Set.of(
            Permission.MEMBER, Permission.DATA_READ, Permission.DATA_WRITE, Permission.CONFIG_READ),
        "bench");
  }

  /// Recomputes every card and every row, and compares.
  public Differences verified() {
    var differences = new Differences(10);
    var signer = new LocalKeys(home.keys()).signer(Clock.systemUTC());
    try (var services = new GrpcServices(WORKSPACE, state.targets(), signer)) {
      new Verify(services, differences).all();
    }
    return differences;
  }

  Home home() {
    return home;
  }

  /// The database of the services.
  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + state.urls().ports().postgres() + "/cardloom";
  }

  /// The same, for baselines in a schema of their own.
  public Connection database() throws SQLException {
    var connection = DriverManager.getConnection(jdbcUrl(), "postgres", "");
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS baseline");
      statement.execute("SET search_path TO baseline");
    }
    return connection;
  }

  /// Returns when every collection that was loaded has its inverted index. It is made a second
  /// after the last write, and would slow what is measured next.
  public void awaitInverted() throws SQLException {
    try (var connection = database();
        var statement = connection.prepareStatement(NOT_INVERTED)) {
      Wait.until(
          "inverted indexes",
          INVERTED_WAIT,
          50,
          () -> {
            try (var rows = statement.executeQuery()) {
              return !rows.next();
            } catch (SQLException failure) {
              throw new IllegalStateException("inverted indexes", failure);
            }
          });
    }
  }

  public String kafka() {
    return "127.0.0.1:" + state.urls().ports().kafka();
  }

  @Override
  public void close() {
    stopOnExit.close();
    control.stop();
  }
}
