package io.cardloom.local.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import io.cardloom.aggregator.catalogue.Catalogue;
import io.cardloom.aggregator.catalogue.Comments;
import io.cardloom.aggregator.catalogue.Contracts;
import io.cardloom.aggregator.codec.MessageWriter;
import io.cardloom.aggregator.codec.Shapes;
import io.cardloom.local.isolation.Grpc.Served;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// No tenant sees, changes, counts or learns anything of another: random calls of every tool, every
/// gRPC method and the HTTP sides, as one tenant, with names of another wherever a name goes.
///
/// The calls are the same in each run; `-Dcardloom.seed=N` makes others.
@Execution(ExecutionMode.SAME_THREAD)
@ResourceLock("stack")
final class IsolationTest {
  private static final String OTHER = "beyond";
  private static final String SECRET = "hzvqsecret";
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final long SEED = Long.getLong("cardloom.seed", 20_261_122L);

  /// How long each kind of call goes on, at least.
  private static final Duration TOOLS = Duration.ofSeconds(15);

  private static final Duration METHODS = Duration.ofSeconds(10);
  private static final Duration HTTP_SIDES = Duration.ofSeconds(5);

  /// How much longer where not everything was asked yet: the machine may be slow.
  private static final Duration MORE = Duration.ofSeconds(120);

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static Installation installation;
  private static HttpClient http;
  private static World first;
  private static World second;
  private static World other;
  private static Names names;
  private static Messages messages;
  private static Twins twins;
  private static Idle idle;

  @BeforeAll
  static void start() throws SQLException {
    System.out.println("isolation: seed " + SEED);
    installation = Installation.start();
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    installation.workspaces(Twins.FIRST, Twins.SECOND, OTHER);
    first = new World(installation, http, Twins.FIRST, Names.OWN, "plain");
    second = new World(installation, http, Twins.SECOND, Names.OWN, "plain");
    other = new World(installation, http, OTHER, Names.FOREIGN, SECRET);
    names = new Names();
    first.tell(names, false);
    other.tell(names, true);
    for (String metric : List.of("ingest.entries.accepted", "visible.latency", "cards.latency")) {
      names.own("metric", metric);
    }
    names.learned("import", first.importId, second.importId);
    names.foreign("import", other.importId);
    names.learned("applicationKey", first.applicationKeyId, second.applicationKeyId);
    names.foreign("applicationKey", other.applicationKeyId);
    other.reads().forEach(read -> foreignIds("", read));
    messages = new Messages(names);
    twins = new Twins(names, SECRET);
    idle = new Idle(installation.schemas);
    idle.await();
  }

  /// What the other tenant was told and nobody else may use.
  private static void foreignIds(String name, JsonNode told) {
    if (told.isObject()) {
      told.properties().forEach(one -> foreignIds(one.getKey(), one.getValue()));
    } else if (told.isArray()) {
      for (int i = 0; i < Math.min(3, told.size()); i++) foreignIds(name, told.get(i));
    } else if (name.equals("after") && told.isString()) {
      names.foreign("cursor", told.asString());
    } else if (name.equals("correlationId") && told.isString()) {
      names.foreign("correlation", told.asString());
    }
  }

  @AfterAll
  static void stop() throws SQLException {
    if (idle != null) idle.close();
    if (http != null) http.close();
    if (installation != null) installation.close();
  }

  private interface Calls {
    void run(Random random) throws Exception;
  }

  /// Runs calls for a while, and until everything was asked; the other tenant has and sees the same
  /// before and after.
  ///
  /// @param offered whether it takes names, by what it is called
  private static void unseen(Duration least, Map<String, Boolean> offered, Calls calls)
      throws Exception {
    Map<String, String> rows = settled();
    String reads = reads();
    var random = new Random(SEED);
    long began = System.nanoTime();
    long end = began + least.toNanos();
    while (System.nanoTime() < end
        || unasked(offered) && System.nanoTime() < end + MORE.toNanos()) {
      calls.run(random);
    }
    idle.await();
    told(offered);
    assertThat(installation.failures()).isEmpty();
    assertThat(settled()).as("rows of the other tenant").isEqualTo(rows);
    assertThat(reads()).as("what the other tenant reads").isEqualTo(reads);
    assertThat(rows).hasSizeGreaterThan(20);
  }

  private static boolean unasked(Map<String, Boolean> offered) {
    return offered.entrySet().stream()
        .anyMatch(one -> !IsolationTest.twins.tally(one.getKey()).proves(one.getValue()));
  }

  /// Rows of the other tenant, once nothing of its own beginnings is on the way any more.
  private static Map<String, String> settled() {
    var last = new ArrayList<Map<String, String>>();
    last.add(Map.of());
    Awaitility.await()
        .atMost(WAIT)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> {
          last.add(Rows.of(installation.schemas.values(), OTHER));
          return last.getLast().equals(last.get(last.size() - 2));
        });
    return last.getLast();
  }

  private static String reads() {
    return other.reads().toString();
  }

  @Test
  void noStatementReachesTheRowsOfAnother() throws SQLException {
    assertThat(Rows.of(installation.schemas.values(), OTHER)).hasSizeGreaterThan(20);
    for (var schema : installation.schemas.entrySet()) {
      assertThat(Rows.reached(schema.getValue(), Twins.FIRST)).as(schema.getKey()).isEmpty();
    }
  }

  @Test
  void toolsTellNothing() throws Exception {
    var listed =
        first.mcp.send("tools/list", null, NODES.objectNode()).path("result").path("tools");
    var catalogue = Catalogue.compile(Contracts.ALL, Comments.onClassPath());
    var schemas = new Schemas(messages);
    var writer = new MessageWriter(new Shapes());
    var offered = new TreeMap<String, Boolean>();
    for (var tool : catalogue.tools()) {
      offered.put("tool " + tool.name(), Messages.takesNames(tool.rpc().getInputType()));
    }
    assertThat(listed.valueStream().map(tool -> "tool " + tool.path("name").asString()))
        .as("an admin may call every tool")
        .containsExactlyInAnyOrderElementsOf(offered.keySet());
    unseen(
        TOOLS,
        offered,
        random -> {
          for (JsonNode tool : listed) {
            String name = tool.path("name").asString();
            var known = java.util.Objects.requireNonNull(catalogue.find(name), name);
            DynamicMessage message = messages.of(known.rpc().getInputType(), random);
            boolean bySchema = random.nextInt(4) == 0;
            String arguments =
                bySchema
                    ? schemas.arguments(tool.path("inputSchema"), random).toString()
                    : utf8(writer.bytes(message));
            boolean taken = !bySchema && messages.taken(message);
            call(name, known.readOnly(), arguments, taken);
          }
        });
  }

  private static void call(String tool, boolean reads, String arguments, boolean taken) {
    idle.await();
    JsonNode mine = Mcp.JSON.readTree(arguments);
    JsonNode twins = Mcp.JSON.readTree(names.toTwin(arguments));
    IsolationTest.twins.ask(
        tool + " " + arguments + ", seed " + SEED,
        reads,
        () -> counted("tool " + tool, arguments, taken, first.mcp.call(tool, mine)),
        () -> second.mcp.call(tool, twins));
  }

  private static JsonNode counted(String what, String asked, boolean taken, JsonNode answer) {
    String refused = "";
    if (answer.has("error")) {
      refused = "validation_failed";
    } else if (answer.path("result").path("isError").asBoolean(false)) {
      String told = answer.path("result").path("content").path(0).path("text").asString();
      refused = Mcp.JSON.readTree(told).path("error").path("code").asString("refused");
    }
    twins.count(what, asked, taken, refused);
    return answer;
  }

  @Test
  void grpcMethodsTellNothing() throws Exception {
    try (var grpc = new Grpc(installation)) {
      List<Served> served = grpc.served(first.caller());
      assertThat(served.stream().map(one -> one.method().getService().getFullName()).distinct())
          .as("services of the contracts, but for the aggregator's own")
          .containsExactlyInAnyOrderElementsOf(Grpc.services());
      var offered = new TreeMap<String, Boolean>();
      for (Served one : served) {
        if (!one.operators())
          offered.put(one.name(), Messages.takesNames(one.method().getInputType()));
      }
      unseen(
          METHODS,
          offered,
          random -> {
            for (Served one : served) ask(grpc, one, random);
          });
    }
  }

  private static void ask(Grpc grpc, Served served, Random random) {
    MethodDescriptor method = served.method();
    DynamicMessage mine = messages.of(method.getInputType(), random);
    DynamicMessage twins = Messages.mapped(mine, names::toTwin);
    idle.await();
    IsolationTest.twins.ask(
        served.service() + " " + method.getFullName() + " " + mine + ", seed " + SEED,
        Grpc.reads(method),
        () -> {
          JsonNode answer = grpc.ask(served, first.caller(), mine);
          String refused = answer.path("refused").path("code").asString("");
          IsolationTest.twins.count(served.name(), mine.toString(), messages.taken(mine), refused);
          if (served.operators()) assertThat(refused).as(served.name()).isEqualTo("forbidden");
          return answer;
        },
        () -> grpc.ask(served, second.caller(), twins));
  }

  @Test
  void theHttpSidesTellNothing() throws Exception {
    var sides = new HttpSides(http, installation, names, messages, other);
    unseen(
        HTTP_SIDES,
        Map.of("http shop", true, "http ingest", true),
        random -> {
          for (var request : sides.requests(random)) {
            idle.await();
            twins.ask(
                request + ", seed " + SEED,
                request.reads(),
                () -> {
                  JsonNode answer = sides.send(request, first);
                  int status = answer.path("status").asInt();
                  String body = answer.path("body").toString();
                  String refused = status < 300 ? "" : status == 401 ? "unauthenticated" : body;
                  twins.count("http " + request.side(), request.toString(), true, refused);
                  return answer;
                },
                () -> sides.send(request.of(names::toTwin), second));
          }
        });
  }

  /// Prints how often everything there is was asked, and fails where that proves nothing.
  private static void told(Map<String, Boolean> offered) {
    offered.forEach((what, takesNames) -> {
      var tally = twins.tally(what);
      System.out.println("isolation: " + what + ": " + tally);
      assertThat(tally.proves(takesNames)).as("%s: %s, seed %d", what, tally, SEED).isTrue();
    });
  }

  private static String utf8(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }
}
